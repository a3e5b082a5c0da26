import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { ClientFrame, RelayFrame } from '../../src/protocol/index.ts';
import {
  createMemoryKeyPackages,
  createMemoryLog,
  createMemoryMedia,
  createRelay,
  type Relay,
  type RelayEvent,
  type RoomLog,
} from '../../src/server/index.ts';
import { createSeededRandom, type SeededRandom } from '../sim/random.ts';
import { createVirtualClock } from '../sim/virtual-clock.ts';
import { type Control, createControl, ROOM } from './control.ts';
import type { TestDevice } from '../support/test-device.ts';
import { DEVICES, FRAMES } from './frames.ts';
import { Defect } from './hearing.ts';
import { createMemoryPeer, NONCE, RELAY_KEY } from './memory-peer.ts';
import { memoryAfterCollection, type Point, slope } from './memory.ts';
import type { OtherProof, Peer } from './peer.ts';
import { count, explain, type Counts, seedsOf, tell } from './report.ts';
import { createUtterance } from './utterance.ts';

/** A round has a relay of its own; FUZZ_SEED=n repeats one that failed. */
const FRAMES_IN_ALL = lengthOf('framesInMemory');
const FRAMES_IN_A_ROUND = 10_000;
const SEEDS = seedsOf(FRAMES_IN_ALL / FRAMES_IN_A_ROUND);
/** How often in a round the room is put in order again, and the one who does nothing wrong is looked after. */
const STOPS = 60;
/** Bytes that a damaged frame may leave behind, once its relay has gone, and in a relay beside its log. */
const LEFT_BEHIND = 64;
const LEFT_IN_RELAY = 600;
const FOUNDER_TOKEN = new Uint8Array(32).fill(0x77);
/** Ends of sessions, and answers, that come up in any round. */
const REACHED = [
  ...['bad_frame', 'too_large', 'not_ready', 'bad_proof', 'version_too_new', 'gone'],
  ...['challenge', 'welcome', 'opened', 'stored', 'page', 'entries', 'presence', 'pong'],
  ...['front', 'knocked', 'knocking', 'gone', 'denied', 'rekey', 'admitted', 'created', 'published', 'package', 'ticket'],
  ...['ephemeral', 'call.joined', 'call.members', 'call.demand', 'call.ended call_replaced', 'error bad_offer', 'error too_many_calls'],
  ...['error knock_refused', 'error knock_closed', 'error room_taken', 'error no_package'],
  ...[
    'refused stale_epoch',
    'refused bad_change',
    'refused unknown_room',
    'error wrong_token',
    'error already_founded',
    'error future_entry',
  ],
];

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test(
  `${SEEDS.length * FRAMES_IN_A_ROUND} damaged frames of every kind through codec and session`,
  async () => {
    const memory: Point[] = [];
    const inRelay: number[] = [];
    const counts: Counts = new Map();
    let frames = 0;
    for (const seed of SEEDS) {
      const round = await runRound(seed, counts);
      frames += round.frames;
      inRelay.push(round.growth);
      memory.push([frames, await leastMemory()]);
    }
    // The first round compiles and fills caches.
    const growth = memory.length > 3 ? slope(memory.slice(1)) : 0;
    tell(
      `${frames} frames in memory, ${growth.toFixed(1)} B a frame from relay to relay, ${Math.max(...inRelay).toFixed(0)} B at most inside one`,
      counts,
    );
    expect(frames).toBeGreaterThanOrEqual(SEEDS.length * FRAMES_IN_A_ROUND);
    expect(growth).toBeLessThan(LEFT_BEHIND);
    // A fuzzer that reaches one refusal alone tests that one.
    expect([...counts.keys()]).toEqual(expect.arrayContaining(REACHED));
  },
  20 * 60_000,
);

/** What the engine keeps for a moment, such as code that it is compiling, is no frame's: the least of a few looks. */
async function leastMemory(): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 8; look++) {
    await settle();
    least = Math.min(least, memoryAfterCollection());
  }
  return least;
}

async function runRound(seed: number, counts: Counts): Promise<{ frames: number; growth: number }> {
  const random = createSeededRandom(seed);
  const { log, bytesInLog } = measure(createMemoryLog());
  const relay = await createRelay(
    {
      log,
      keyPackages: createMemoryKeyPackages(),
      clock: createVirtualClock(),
      random: (size) => NONCE.slice(0, size),
      media: createMemoryMedia,
    },
    { relayKey: RELAY_KEY, build: 'fuzz', founderToken: FOUNDER_TOKEN },
  );
  const defects: unknown[] = [];
  const onDefect = (defect: unknown) => defects.push(defect);
  const connections = { opened: 0, gone: 0 };
  relay.on((event) => {
    if (event.event === 'fault' || event.event === 'storage_failed') onDefect(event.error);
    if (event.event === 'disconnected') countEnd(event, counts, connections);
  });
  const connect = async (onFrame: (frame: RelayFrame) => void) => createMemoryPeer(relay, CONTROL_ADDRESS, { onFrame, onDefect });
  const control = await createControl(connect, FOUNDER_TOKEN);
  const crowd = createCrowd(relay, random, control, connections, {
    onDefect,
    onFrame: (frame) => count(counts, 'code' in frame ? `${frame.t} ${frame.code}` : frame.t),
  });
  const memory: Point[] = [];
  const watch = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      onDefect(error);
    }
    if (defects.length > 0) throw explain(seed, defects, crowd.recent);
  };
  for (let stop = 1; stop <= STOPS; stop++) {
    await watch(() =>
      control.restore(
        stop,
        DEVICES.map(({ device }) => device),
      ),
    );
    while (crowd.mutants < (FRAMES_IN_A_ROUND * stop) / STOPS) await watch(crowd.step);
    await watch(() => control.append(stop));
    if (stop % (STOPS / 5) === 0) memory.push([crowd.mutants, memoryAfterCollection() - bytesInLog()]);
  }
  const growth = slope(memory.slice(1));
  await watch(async () => {
    crowd.leave();
    await settle();
    if (connections.gone !== connections.opened) throw new Defect(`${connections.opened} came, ${connections.gone} went`);
    if (growth > LEFT_IN_RELAY) throw new Defect(`the relay keeps ${growth.toFixed(0)} bytes a frame`);
    // Who comes later reads the same.
    const late = await createControl(connect);
    expect([late.seq, late.head]).toEqual([control.seq, control.head]);
    await control.append(STOPS + 1);
    await relay.close();
    expect(control.peer.last).toEqual({ t: 'error', code: 'shutting_down' });
  });
  return { frames: crowd.mutants, growth };
}

const CONTROL_ADDRESS = '10.77.0.1';

function countEnd(event: Extract<RelayEvent, { event: 'disconnected' }>, counts: Counts, connections: { gone: number }): void {
  if (event.address === CONTROL_ADDRESS) return;
  connections.gone += 1;
  count(counts, event.code);
}

/** Counts what a log holds, which is meant to grow. */
function measure(log: RoomLog): { log: RoomLog; bytesInLog: () => number } {
  let bytes = 0;
  const write: RoomLog['write'] = async (writes) => {
    await log.write(writes);
    // Keys and slices have their price too.
    for (const { entries } of writes) for (const entry of entries) bytes += entry.bytes.length + 400;
  };
  return { log: { ...log, write }, bytesInLog: () => bytes };
}

interface Crowd {
  readonly mutants: number;
  /** What was said last, for whoever looks for the cause. */
  readonly recent: readonly Uint8Array[];
  readonly step: () => Promise<void>;
  leave(): void;
}

interface Guest {
  readonly peer: Peer;
  readonly own: TestDevice;
  readonly proved: boolean;
}

const CROWD = 12;

/** Connections that come, say wrong things between right ones, and go. */
function createCrowd(
  relay: Relay,
  random: SeededRandom,
  control: Control,
  connections: { opened: number },
  ears: Parameters<typeof createMemoryPeer>[2],
): Crowd {
  let guests: Guest[] = [];
  const recent: Uint8Array[] = [];
  let mutants = 0;
  let steps = 0;

  async function open(): Promise<Guest> {
    connections.opened += 1;
    // Wrong tokens are counted by address: here each has its own, so that nobody waits on the clock.
    const peer = createMemoryPeer(relay, `10.78.${(connections.opened >> 8) & 0xff}.${connections.opened & 0xff}`, ears);
    const own = random.pick(DEVICES);
    const proved = random.chance(0.75);
    if (proved) await peer.prove(own);
    else if (random.chance(0.5)) await peer.greet();
    if (proved && random.chance(0.5)) peer.tell({ t: 'follow', q: 1, room: ROOM, after: Math.max(0, control.seq - 2) });
    // Sessions of the crowd are short: few get as far as to want something of a call by themselves.
    if (proved && random.chance(0.05)) joinCall(peer, own, random);
    const guest = { peer, own, proved };
    guests.push(guest);
    return guest;
  }

  function joinCall(peer: Peer, own: TestDevice, random: SeededRandom): void {
    const scene = { epoch: control.epoch, own, founderToken: FOUNDER_TOKEN, prove: () => peer.proofOf(own) };
    const make = (kind: string) => ({ ...(FRAMES[kind] as (typeof FRAMES)[string])(random, scene), room: ROOM }) as ClientFrame;
    peer.tell(make('call.join'));
    const wants = DEVICES.map(({ device }) => ({ slot: 1, device, source: 'camera', height: 90 }) as const);
    peer.tell({ t: 'call.want', room: ROOM, wants: [random.pick(wants)] });
  }

  function speak({ peer, own, proved }: Guest): void {
    const scene = { epoch: control.epoch, own, founderToken: FOUNDER_TOKEN, prove: (other?: OtherProof) => peer.proofOf(own, other) };
    const { run, mutants: more } = createUtterance(random, scene, proved);
    mutants += more;
    recent.push(run);
    if (recent.length > 40) recent.shift();
    if (random.chance(0.8)) return peer.say(run);
    // A stream has no edges.
    const cut = random.below(run.length + 1);
    peer.say(run.subarray(0, cut));
    peer.say(run.subarray(cut));
  }

  return {
    recent,
    get mutants() {
      return mutants;
    },
    async step() {
      const guest = guests.length < CROWD ? await open() : random.pick(guests);
      speak(guest);
      if (random.chance(0.02)) guest.peer.go();
      if (++steps % 8 === 0) await settle();
      guests = guests.filter(({ peer }) => !peer.ended);
    },
    leave() {
      for (const { peer } of guests) if (!peer.ended) peer.go();
      guests = [];
    },
  };
}
