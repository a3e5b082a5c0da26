import {
  CALL_SOURCES,
  type CallAnswer,
  type CallDemand,
  type CallOffer,
  CodedError,
  type CallSource,
  type CallWant,
  toHex,
} from '../../src/protocol/index.ts';
import type { CallMedia, CallTransport, CallTransportEvents, FrameKeys, SlotAssignment } from '../../src/client/index.ts';
import type { MediaEngine, MediaEvents } from '../../src/server/media/media-engine.ts';

/**
 * Calls without packets: transports and a media engine in memory, whose frames are values. What a key would open, a frame says by name; who
 * forwards, receives and opens it is as it is with real ones, so that who hears whom can be asserted.
 */
export interface FakeMedia {
  /** What a relay is given. One at a time forwards; a new one ends what the last had. */
  engine(events: MediaEvents): MediaEngine;
  /** What a client is given. `name` is for the test alone. */
  mediaFor(name: string): FakeCallMedia;
  /** Each connected transport sends one frame of each source that is on, and tells what came. */
  tick(): void;
  /** The engine dies: all in calls are lost, and nobody joins, until `revive`. `silently`: transports notice by themselves alone. */
  kill(silently?: boolean): void;
  revive(): void;
  /** Everybody whose packets flow now. */
  readonly connected: readonly FakeTransport[];
  /** Frames that the engine passed on, as it saw them: of each only what is outside. */
  readonly forwarded: number;
  /** What was done to a transport that must not be: each of it is a fault of the engine around it. */
  readonly misuse: readonly string[];
}

export interface FakeCallMedia extends CallMedia {
  /** All that were opened, the last one last. */
  readonly transports: readonly FakeTransport[];
  /** The one that is open. */
  readonly transport: FakeTransport | undefined;
  /** Sources that cannot be had, and why; `open` and `connect` reject as well. */
  readonly refuses: Map<CallSource | 'open' | 'connect', string>;
  /** The program that it belongs to was killed. */
  kill(): void;
}

export interface FakeTransport extends CallTransport {
  readonly name: string;
  readonly events: CallTransportEvents;
  readonly closed: boolean;
  readonly connected: boolean;
  /** What it captures. */
  readonly on: ReadonlySet<CallSource>;
  readonly keys: readonly FrameKeys[];
  readonly slots: readonly SlotAssignment[];
  readonly demanded: readonly CallDemand[];
  /** Frames that it opened, the last one last. */
  readonly heard: readonly HeardFrame[];
  readonly failed: number;
  /** How often it was told that its way may lead nowhere. */
  readonly doubted: number;
  /** Its way to the media port is gone. */
  lose(): void;
}

export interface HeardFrame {
  readonly device: string;
  readonly source: CallSource;
  readonly epoch: bigint;
  readonly from: string;
}

/** `key` is what it can be opened with; a relay does not look at it. */
interface Frame {
  readonly source: CallSource;
  readonly leaf: number;
  readonly epoch: bigint;
  readonly key: string;
  readonly from: string;
}

interface Session {
  readonly call: string;
  readonly member: string;
  readonly offer: CallOffer;
  readonly answer: CallAnswer;
  wants: readonly CallWant[];
  transport: Transport | null;
}

type Transport = FakeTransport & { receive(slot: number, frame: Frame): void; frames(): readonly Frame[]; tell(): void; die(): void };

export function createFakeMedia(): FakeMedia {
  const sessions = new Map<string, Session>();
  const misuse: string[] = [];
  let events: MediaEvents | null = null;
  let alive = true;
  let numbers = 0;
  let forwarded = 0;

  const inCall = (call: string) => [...sessions.values()].filter((session) => session.call === call);

  function tellDemands(call: string): void {
    for (const { member } of inCall(call)) {
      const wants = inCall(call).flatMap((other) =>
        other.member === member ? [] : other.wants.filter(({ device }) => toHex(device) === member),
      );
      const demand = CALL_SOURCES.flatMap((source) => {
        const heights = wants.filter((want) => want.source === source).map(({ height }) => Math.max(1, height));
        return heights.length > 0 ? [{ source, height: Math.max(...heights) }] : [];
      });
      events?.onDemand(call, member, demand);
    }
  }

  function engine(owner: MediaEvents): MediaEngine {
    sessions.clear();
    events = owner;
    const mine = () => events === owner && alive;
    return {
      async join(call, member, offer) {
        if (!mine()) throw new CodedError('no_calls');
        const number = (numbers += 1);
        const answer: CallAnswer = {
          ufrag: `sfu${number}`,
          pwd: 'fakefakefakefakefakefake',
          fingerprint: new Uint8Array(32).fill(number % 256),
          candidates: [{ protocol: 'udp', address: '10.77.0.1', port: 9020 }],
        };
        sessions.set(`${call} ${member}`, { call, member, offer, answer, wants: [], transport: null });
        return answer;
      },
      want(call, member, wants) {
        const session = mine() ? sessions.get(`${call} ${member}`) : undefined;
        if (!session) return;
        session.wants = wants;
        tellDemands(call);
      },
      leave(call, member) {
        if (mine() && sessions.delete(`${call} ${member}`)) tellDemands(call);
      },
      async close() {},
    };
  }

  function connect(transport: Transport, answer: CallAnswer): boolean {
    const session = [...sessions.values()].find((one) => one.answer.ufrag === answer.ufrag && one.offer.ufrag === transport.offer.ufrag);
    if (!session || !alive) return false;
    session.transport = transport;
    return true;
  }

  const flowing = () => [...sessions.values()].filter(({ transport }) => transport?.connected && !transport.closed);

  return {
    engine,
    misuse,
    get forwarded() {
      return forwarded;
    },
    get connected() {
      return flowing().map(({ transport }) => transport as Transport);
    },
    mediaFor: (name) => createFakeCallMedia(name, { connect, number: () => (numbers += 1), misuse }),
    tick() {
      const now = flowing();
      for (const { call, member, transport } of now) {
        for (const frame of transport?.frames() ?? []) {
          for (const other of now) {
            const want =
              other.call === call && other.wants.find(({ device, source }) => toHex(device) === member && source === frame.source);
            if (!want || other.member === member) continue;
            forwarded += 1;
            other.transport?.receive(want.slot, frame);
          }
        }
      }
      for (const { transport } of now) transport?.tell();
    },
    kill(silently = false) {
      alive = false;
      const ended = [...sessions.values()];
      sessions.clear();
      for (const { call, member, transport } of ended) {
        transport?.lose();
        if (!silently) events?.onEnded(call, member, 'call_lost');
      }
    },
    revive: () => void (alive = true),
  };
}

interface Ether {
  connect(transport: Transport, answer: CallAnswer): boolean;
  number(): number;
  readonly misuse: string[];
}

const SLOTS = 12;

function offerOf(number: number): CallOffer {
  const ssrc = (at: number) => number * 100 + at;
  return {
    ufrag: `fake${number}`,
    fingerprint: new Uint8Array(32).fill(number % 256),
    payloads: { opus: 111, vp8: 96, rtx: 97 },
    extensions: { mid: 1, transportCc: 4 },
    sends: CALL_SOURCES.map((source, at) => ({ source, mid: String(at), ssrc: ssrc(at) })),
    slots: Array.from({ length: SLOTS }, (_, at) => ({ kind: at % 2 === 0 ? 'audio' : 'video', ssrc: ssrc(10 + at) }) as const),
  };
}

function createFakeCallMedia(name: string, ether: Ether): FakeCallMedia {
  const transports: Transport[] = [];
  const refuses: FakeCallMedia['refuses'] = new Map();
  return {
    transports,
    refuses,
    get transport() {
      return transports.findLast(({ closed }) => !closed);
    },
    async open(events) {
      const code = refuses.get('open');
      if (code) throw new CodedError(code);
      const transport = createFakeTransport(name, events, refuses, ether);
      transports.push(transport);
      return transport;
    },
    // What a program does after its end nobody sees.
    kill: () => transports.forEach((transport) => transport.die()),
  };
}

function createFakeTransport(name: string, events: CallTransportEvents, refuses: FakeCallMedia['refuses'], ether: Ether): Transport {
  const on = new Set<CallSource>();
  const keys: FrameKeys[] = [];
  const heard: HeardFrame[] = [];
  const counts = new Map<string, { frames: number; decoded: number; failed: number }>();
  let slots: readonly SlotAssignment[] = [];
  let demanded: readonly CallDemand[] = [];
  let early: Array<readonly [number, Frame]> = [];
  let closed = false;
  let connected = false;
  let failed = 0;
  let doubted = 0;
  const fault = (what: string) => void ether.misuse.push(`${name}: ${what}`);
  let died = false;
  const check = (what: string) => closed && !died && fault(`${what} after close`);

  function receive(slot: number, frame: Frame): void {
    const assigned = slots.find((one) => one.slot === slot);
    if (!assigned) return;
    const count = counts.get(`${assigned.device} ${assigned.source}`) ?? { frames: 0, decoded: 0, failed: 0 };
    counts.set(`${assigned.device} ${assigned.source}`, count);
    const newest = keys.at(-1)?.epoch ?? -1n;
    if (frame.epoch > newest) {
      early = [...early, [slot, frame] as const].slice(-100);
      return;
    }
    count.frames += 1;
    const opens = keys.some(({ epoch, baseKey }) => epoch === frame.epoch && toHex(baseKey) === frame.key);
    if (opens && assigned.leaf === frame.leaf && assigned.source === frame.source) {
      count.decoded += 1;
      heard.push({ device: assigned.device, source: frame.source, epoch: frame.epoch, from: frame.from });
    } else {
      count.failed += 1;
      failed += 1;
    }
  }

  const self: Transport = {
    name,
    events,
    offer: offerOf(ether.number()),
    on,
    keys,
    heard,
    get slots() {
      return slots;
    },
    get demanded() {
      return demanded;
    },
    get closed() {
      return closed;
    },
    get connected() {
      return connected;
    },
    get failed() {
      return failed;
    },
    get doubted() {
      return doubted;
    },
    doubt: () => void (doubted += 1),
    async connect(answer) {
      check('connect');
      if (keys.length === 0) fault('connected before it had a key');
      const code = refuses.get('connect') ?? (ether.connect(self, answer) ? undefined : 'call_unreachable');
      if (code) throw new CodedError(code);
      connected = true;
      events.onState('connected');
    },
    rekey(next) {
      check('rekey');
      if (keys.some(({ epoch }) => epoch >= next.epoch)) fault('an epoch that is over, or twice');
      keys.push(next);
      const held = early;
      early = [];
      for (const [slot, frame] of held) receive(slot, frame);
    },
    assign(next) {
      check('assign');
      if (new Set(next.map(({ slot }) => slot)).size < next.length) fault('two in one slot');
      slots = [...next];
    },
    demand(next) {
      check('demand');
      demanded = [...next];
    },
    async turn(source, wanted) {
      // The person is faster than the end of the call now and then.
      if (closed) return;
      const code = wanted ? refuses.get(source) : undefined;
      if (code) throw new CodedError(code);
      if (wanted) on.add(source);
      else on.delete(source);
    },
    close() {
      closed = true;
      connected = false;
      on.clear();
    },
    die() {
      died = true;
      self.close();
    },
    lose() {
      if (closed || !connected) return;
      connected = false;
      events.onState('lost');
    },
    receive,
    frames() {
      const key = keys.at(-1);
      if (!key || closed) return [];
      return [...on].map((source) => ({ source, leaf: key.leaf, epoch: key.epoch, key: toHex(key.baseKey), from: name }));
    },
    tell() {
      if (closed || slots.length === 0) return;
      events.onMedia(
        slots.map(({ device, source }) => ({
          device,
          source,
          ...(counts.get(`${device} ${source}`) ?? { frames: 0, decoded: 0, failed: 0 }),
        })),
      );
      counts.clear();
    },
  };
  return self;
}
