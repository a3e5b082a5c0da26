import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  type ClientFrame,
  type ClientFrames,
  createFrameSplitter,
  decodeEntry,
  decodeRelayFrame,
  deviceProofBytes,
  encodeFrame,
  type Entry,
  type RelayFrame,
  type RelayFrames,
} from '../../src/protocol/index.ts';
import {
  type Clock,
  createMemoryKeyPackages,
  createMemoryLog,
  createMemoryMedia,
  createRelay,
  type KeyPackages,
  type MemoryMedia,
  type Relay,
  type RelayEvent,
  type RelayLimits,
  type RelayLink,
  type RelaySession,
  type RoomLog,
} from '../../src/server/index.ts';

export const RELAY_KEY = new Uint8Array(32).fill(0x5a);
export const FOUNDER_TOKEN = new Uint8Array(32).fill(0xf0);
export const ROOM = new Uint8Array(16).fill(0x70);
export const DOOR_TOKEN = new Uint8Array(32).fill(0xd0);
export const DOOR = hash(DOOR_TOKEN);
export const INFO = Uint8Array.of(1, 1, 1);
export const WELCOME = Uint8Array.of(2, 2, 2);
export const KNOCK_KEY = new Uint8Array(32).fill(0xa0);

export function hash(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** Resolves when everything that can happen without time passing has happened. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** A clock that moves when the test says so. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** As when somebody sets the clock: timers go on as if nothing had happened. */
  setBack(ms: number): void;
}

export function createManualClock(): ManualClock {
  let now = 1_700_000_000_000;
  const timers = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => now,
    after(ms, run) {
      const key = {};
      timers.set(key, { at: now + ms, run });
      return () => void timers.delete(key);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [key, timer] = [...timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0] ?? [];
        if (!key || !timer) break;
        timers.delete(key);
        now = timer.at;
        timer.run();
      }
      now = end;
    },
    setBack(ms) {
      now -= ms;
      for (const timer of timers.values()) timer.at -= ms;
    },
  };
}

/** A value as tests write it down: nobody changes it. */
type Given<T> = T extends Uint8Array
  ? T
  : T extends ReadonlyArray<infer E>
    ? ReadonlyArray<Given<E>>
    : T extends object
      ? { readonly [K in keyof T]: Given<T[K]> }
      : T;
export type GivenFrame = Given<ClientFrame>;
export type GivenAppend = Partial<Given<ClientFrames['append']>>;

/** One connection to the relay, and what came over it. */
export interface Peer {
  readonly device: Uint8Array;
  readonly key: string;
  readonly keys: Keys;
  readonly frames: RelayFrame[];
  readonly link: { closed: boolean; paused: boolean; queued: number; broken: boolean; writes: Uint8Array[] };
  send(...frames: GivenFrame[]): void;
  receive(run: Uint8Array): void;
  drop(): void;
  /** All frames of one kind. */
  all<K extends RelayFrame['t']>(kind: K): Array<RelayFrames[K]>;
  last<K extends RelayFrame['t']>(kind: K): RelayFrames[K] | undefined;
  /** Entries that came, in pages or live, in the order they came. */
  entries(): Entry[];
  prove(): Promise<void>;
  /** Sends and gives back the first frame that answers, if any came. */
  ask(frame: GivenFrame): Promise<RelayFrame | undefined>;
  found(more?: Partial<ClientFrames['found']>): Promise<RelayFrame | undefined>;
  follow(after?: number): Promise<RelayFrame | undefined>;
  open(token?: Uint8Array, room?: Uint8Array): Promise<RelayFrame | undefined>;
  /** Shows the door token and comes in. */
  enter(): Promise<RelayFrame | undefined>;
  append(frame: GivenAppend): Promise<RelayFrame | undefined>;
  /** Takes another device in, by a Welcome. */
  admit(device: Uint8Array, epoch: number, more?: GivenAppend): Promise<RelayFrame | undefined>;
  knock(body?: Uint8Array): Promise<RelayFrame | undefined>;
  say(text: string, more?: GivenAppend): Promise<RelayFrame | undefined>;
}

export interface World {
  readonly relay: Relay;
  readonly clock: ManualClock;
  readonly events: RelayEvent[];
  /** What calls run on, and forwards nothing. */
  readonly media: MemoryMedia;
  connect(keys?: Keys, link?: Partial<RelayLink>): Peer;
  /** A connection whose device is proved. */
  join(keys?: Keys, link?: Partial<RelayLink>): Promise<Peer>;
  /** A room whose founder is returned and follows it. */
  openRoom(): Promise<Peer>;
}

export interface Keys {
  readonly device: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

export function createKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const device = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'));
  return { device, sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)) };
}

export async function createWorld(
  options: {
    log?: RoomLog;
    keyPackages?: KeyPackages;
    limits?: Partial<RelayLimits>;
    clock?: ManualClock;
    founderToken?: Uint8Array | null;
    calls?: boolean;
  } = {},
): Promise<World> {
  const { log = createMemoryLog(), keyPackages = createMemoryKeyPackages() } = options;
  const { limits = {}, clock = createManualClock(), founderToken = FOUNDER_TOKEN, calls = true } = options;
  let media: MemoryMedia | undefined;
  const relay = await createRelay(
    { log, keyPackages, clock, random: randomBytes, ...(calls && { media: (on) => (media = createMemoryMedia(on)) }) },
    { relayKey: RELAY_KEY, build: 'test', founderToken, limits },
  );
  const events: RelayEvent[] = [];
  relay.on((event) => events.push(event));
  const connect: World['connect'] = (keys = createKeys(), link = {}) => createPeer(relay, keys, link);
  const join: World['join'] = async (keys, link) => {
    const peer = connect(keys, link);
    await peer.prove();
    return peer;
  };
  return {
    relay,
    clock,
    events,
    media: media as MemoryMedia,
    connect,
    join,
    async openRoom() {
      const founder = await join();
      await founder.found();
      await founder.follow();
      return founder;
    },
  };
}

/** What comes of what others do. */
const UNASKED: ReadonlyArray<RelayFrame['t']> = [
  'entries',
  'presence',
  'knocking',
  'gone',
  'admitted',
  'denied',
  'rekey',
  'ephemeral',
  'call.members',
  'call.demand',
  'call.ended',
];

function createPeer(relay: Relay, keys: Keys, overrides: Partial<RelayLink>): Peer {
  const frames: RelayFrame[] = [];
  const splitter = createFrameSplitter();
  const state = { closed: false, paused: false, queued: 0, broken: false, writes: [] as Uint8Array[] };
  const link: RelayLink = {
    kind: 'memory',
    address: '10.0.0.1',
    exporter: new Uint8Array(),
    get queued() {
      return state.queued;
    },
    write(run) {
      if (state.broken) throw new Error('the socket is upset');
      state.writes.push(run);
      splitter.push(run, (body) => frames.push(decodeRelayFrame(body)));
    },
    close: () => void (state.closed = true),
    pause: () => void (state.paused = true),
    resume: () => void (state.paused = false),
    ...overrides,
  };
  const session: RelaySession = relay.accept(link);
  let q = 0;
  const peer: Peer = {
    device: keys.device,
    key: Buffer.from(keys.device).toString('hex'),
    keys,
    frames,
    link: state,
    send: (...list) => session.receive(Buffer.concat(list.map((frame) => encodeFrame(frame as ClientFrame)))),
    receive: (run) => session.receive(run),
    drop: () => session.closed(),
    all: <K extends RelayFrame['t']>(kind: K) => frames.filter((frame): frame is RelayFrames[K] => frame.t === kind),
    last: <K extends RelayFrame['t']>(kind: K) => peer.all(kind).at(-1),
    entries: () => frames.flatMap((frame) => (frame.t === 'page' || frame.t === 'entries' ? frame.entries.map(decodeEntry) : [])),
    async prove() {
      peer.send({ t: 'hello', versions: [0], client: 'test' });
      const challenge = peer.last('challenge') as RelayFrames['challenge'];
      const bytes = deviceProofBytes({ version: 0, relay: RELAY_KEY, nonce: challenge.nonce, device: keys.device, binding: link.exporter });
      peer.send({ t: 'proof', device: keys.device, signature: keys.sign(bytes) });
    },
    found: (more = {}) => ask({ t: 'found', q: ++q, token: FOUNDER_TOKEN, room: ROOM, door: DOOR, info: INFO, knock: KNOCK_KEY, ...more }),
    follow: (after = 0) => ask({ t: 'follow', q: ++q, room: ROOM, after }),
    open: (token = DOOR_TOKEN, room = ROOM) => ask({ t: 'door', q: ++q, room, token }),
    async enter() {
      const opened = await peer.open();
      if (opened?.t !== 'opened') return opened;
      return peer.append({ kind: 'commit', epoch: opened.epoch, change: { adds: [keys.device], removes: [] }, info: INFO });
    },
    append: (frame) =>
      ask({ t: 'append', room: ROOM, id: randomBytes(16), kind: 'message', epoch: 0, body: new Uint8Array([7]), ...frame }),
    admit: (device, epoch, more = {}) =>
      peer.append({ kind: 'commit', epoch, change: { adds: [device], removes: [] }, info: INFO, welcome: WELCOME, ...more }),
    knock: (body = Uint8Array.of(9)) => ask({ t: 'knock', q: ++q, room: ROOM, body }),
    ask,
    say: (text, more = {}) => peer.append({ body: Buffer.from(text), ...more }),
  };
  async function ask(frame: GivenFrame): Promise<RelayFrame | undefined> {
    const before = frames.length;
    peer.send(frame);
    await settle();
    return frames.slice(before).find(({ t }) => !UNASKED.includes(t));
  }
  return peer;
}
