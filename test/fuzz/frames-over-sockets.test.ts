import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import {
  createFrameSplitter,
  encodeFrame,
  equalBytes,
  type FrameSplitter,
  joinRun,
  parseLinkFragment,
  type RelayFrame,
} from '../../src/protocol/index.ts';
import { createSeededRandom, type SeededRandom } from '../sim/random.ts';
import { isEvent, type Program, serveWords, startProgram, temporaryFolder } from '../support/programs.ts';
import { type Control, createControl, ROOM } from './control.ts';
import { DEVICES } from './frames.ts';
import { type Point, slope } from './memory.ts';
import type { OtherProof, Peer } from './peer.ts';
import { count, type Counts, explain, seedsOf, tell } from './report.ts';
import { type Listener, nativeListener, webListener } from './socket-peers.ts';
import { createUtterance } from './utterance.ts';

/** FUZZ_SEED=n repeats one run of a thousand. */
const FRAMES_IN_ALL = lengthOf('framesOverSockets');
const FRAMES_IN_A_RUN = 1_000;
const STOPS_IN_A_RUN = 5;
/** Connections at a time. */
const LANES = 8;
/** What a relay's memory may grow by before it is warm, and for each frame, bytes. */
const WARM = 4_000_000;
const LEFT_BEHIND = 200;

interface Fuzzing {
  readonly listener: Listener;
  readonly relay: Program;
  readonly control: Control;
  readonly founderToken: Uint8Array;
  readonly counts: Counts;
  readonly defects: unknown[];
  readonly recent: Uint8Array[];
  frames: number;
  connections: number;
}

interface Ports {
  readonly chat: number;
  readonly web: number;
}

test.each([
  ['TLS', ({ chat }: Ports) => nativeListener(chat)],
  ['Socket.IO', ({ web }: Ports) => webListener(web)],
] as const)(
  `${FRAMES_IN_ALL} damaged frames over %s, at the program as it is shipped`,
  async (name, open) => {
    const fuzzing = await start(open);
    const { relay, control, counts } = fuzzing;
    const memory: Point[] = [];
    for (const seed of seedsOf(FRAMES_IN_ALL / FRAMES_IN_A_RUN))
      await runSeed(seed, fuzzing, async () => memory.push([fuzzing.frames, await memoryOf(relay)]));

    // The first fifth compiles and fills caches.
    const warm = memory.slice(Math.floor(memory.length / 5));
    const [, least] = memory[0] as Point;
    const [, last] = memory.at(-1) as Point;
    const growth = slope(warm);
    const { frames, connections } = fuzzing;
    tell(
      `${frames} frames over ${name} in ${connections} connections, ${growth.toFixed(0)} B a frame, ${((last - least) / 1e6).toFixed(1)} MB in all`,
      counts,
    );
    expect(last - least).toBeLessThan(WARM + LEFT_BEHIND * frames);
    expect([...counts.keys()]).toEqual(
      expect.arrayContaining(['error bad_frame', 'error not_ready', 'error too_large', 'stored', 'page', 'pong']),
    );
    expect(relay.stderr()).not.toContain('! fault');
    control.peer.go();
    relay.kill('SIGTERM');
    expect(await relay.exit).toBe(0);
  },
  20 * 60_000,
);

async function start(open: (ports: Ports) => Listener): Promise<Fuzzing> {
  const relay = startProgram(serveWords(join(temporaryFolder(), 'relay')), {}, [
    process.execPath,
    '--expose-gc',
    '--import',
    pathToFileURL(join(import.meta.dirname, '..', 'support', 'report-memory.mjs')).href,
  ]);
  const { ports, founder } = await relay.until(isEvent('listening'), 'listening');
  const { secret: founderToken } = parseLinkFragment(founder.split('#')[1]) as { secret: Uint8Array };
  const listener = open(ports);
  const defects: unknown[] = [];
  const onDefect = (defect: unknown) => defects.push(defect);
  // The one who does nothing wrong comes by the same door.
  const control = await createControl((onFrame) => listener.connect({ onFrame, onDefect }, createSeededRandom(0), 0), founderToken);
  return { listener, relay, control, founderToken, counts: new Map(), defects, recent: [], frames: 0, connections: 0 };
}

async function runSeed(seed: number, fuzzing: Fuzzing, onStop: () => Promise<unknown>): Promise<void> {
  const { control, defects, recent, relay } = fuzzing;
  const lanes = Array.from({ length: LANES }, (_, lane) => createSeededRandom(seed * LANES + lane));
  const share = Math.ceil(FRAMES_IN_A_RUN / STOPS_IN_A_RUN / LANES);
  for (let stop = 1; stop <= STOPS_IN_A_RUN; stop++) {
    const number = seed * STOPS_IN_A_RUN + stop;
    try {
      await control.restore(
        number,
        DEVICES.map(({ device }) => device),
      );
      await Promise.all(lanes.map((random) => runLane(random, share, fuzzing)));
      await control.append(number);
    } catch (error) {
      defects.push(error);
    }
    if (relay.child.exitCode !== null || relay.child.signalCode !== null)
      defects.push(new Error(`the relay ended: ${relay.stderr().slice(-4_000)}`));
    if (defects.length > 0) throw explain(seed, defects, recent);
    await onStop();
  }
}

async function memoryOf(relay: Program): Promise<number> {
  const told = () => relay.events.filter(isEvent('memory'));
  const before = told().length;
  relay.kill('SIGUSR2');
  await relay.untilAll(() => told().length > before, 'memory');
  return told().at(-1)?.used;
}

/** One guest after the other, until so many damaged frames were said. */
async function runLane(random: SeededRandom, frames: number, fuzzing: Fuzzing): Promise<void> {
  for (let said = 0; said < frames;) {
    if (random.chance(0.05)) await fuzzing.listener.intrude(random);
    const mutants = await runGuest(random, fuzzing);
    said += mutants;
    fuzzing.frames += mutants;
  }
}

const LONGEST_VISIT = 12;

/** @returns how many damaged frames it said */
async function runGuest(random: SeededRandom, fuzzing: Fuzzing): Promise<number> {
  const { listener, control, founderToken, counts, defects, recent } = fuzzing;
  const options = {
    onFrame: (frame: RelayFrame) => count(counts, 'code' in frame ? `${frame.t} ${frame.code}` : frame.t),
    onDefect: (defect: unknown) => defects.push(defect),
  };
  const peer = await listener.connect(options, random, ++fuzzing.connections);
  const own = random.pick(DEVICES);
  const proved = random.chance(0.75);
  if (proved) await peer.prove(own);
  else if (random.chance(0.5)) await peer.greet();
  if (proved && random.chance(0.5)) peer.tell({ t: 'follow', q: 1, room: ROOM, after: Math.max(0, control.seq - 2) });
  const stream = createFrameSplitter();
  let mutants = 0;
  for (let said = 0; said < LONGEST_VISIT && !peer.ended; said++) {
    const scene = { epoch: control.epoch, own, founderToken, prove: (other?: OtherProof) => peer.proofOf(own, other) };
    const utterance = createUtterance(random, scene, proved);
    mutants += utterance.mutants;
    recent.push(utterance.run);
    if (recent.length > 40) recent.shift();
    if (!(await awaitAnswer(peer, utterance.run, stream))) break;
  }
  if (!peer.ended) peer.go();
  return mutants;
}

const PING = encodeFrame({ t: 'ping' });

/**
 * Says a run and a ping behind it: a pong shows that the relay took the run, or else it ends the session with a code.
 * @param stream what the relay makes of the bytes
 * @returns false when a length that lied has swallowed the ping, so that nothing is to be said any more
 */
async function awaitAnswer(peer: Peer, run: Uint8Array, stream: FrameSplitter): Promise<boolean> {
  const bytes = joinRun([run, PING]);
  let { pongs } = peer;
  peer.say(bytes);
  try {
    stream.push(bytes, (body) => {
      if (equalBytes(body, PING.subarray(4))) pongs += 1;
    });
  } catch {
    await peer.until(() => peer.ended, 'end of a session with too large a frame');
  }
  if (stream.pending > 0) return false;
  await peer.until(() => peer.ended || peer.pongs >= pongs, 'answer');
  return !peer.ended;
}
