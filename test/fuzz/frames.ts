import { createHash } from 'node:crypto';
import { CALL_SOURCES, type CallOffer, type ClientFrame } from '../../src/protocol/index.ts';
import type { SeededRandom } from '../sim/random.ts';
import { DOOR_TOKEN, KNOCK_KEY, ROOM } from './control.ts';
import { createTestDevice, type TestDevice } from '../support/test-device.ts';
import type { OtherProof } from './peer.ts';

/** Who is in and out of the room while it is fuzzed. */
export const DEVICES: readonly TestDevice[] = Array.from({ length: 8 }, (_, i) => createTestDevice(i + 1));

const OTHER = new Uint8Array(32).fill(8);

/** What a frame has to know of the moment, to be right or nearly so. */
export interface Scene {
  /** The room's. */
  readonly epoch: number;
  readonly own: TestDevice;
  readonly founderToken: Uint8Array;
  /** Signs for this relay, challenge and connection, or for others. */
  readonly prove: (other?: OtherProof) => Uint8Array;
}

type Make = (random: SeededRandom, scene: Scene) => ClientFrame;

// A fifth of the ids come again: what is stored under one already is answered with its number.
const id = (random: SeededRandom) => (random.chance(0.2) ? new Uint8Array(16).fill(random.below(40)) : random.bytes(16));
const body = (random: SeededRandom) => random.bytes(random.chance(0.001) ? 160 * 1024 : random.below(60));
const room = (random: SeededRandom) => (random.chance(0.95) ? ROOM : random.bytes(16));
/** One of a few that members may make. */
const ownRoom = (random: SeededRandom) => new Uint8Array(16).fill(random.below(12));
const epochNear = (random: SeededRandom, { epoch }: Scene) => Math.max(0, epoch - (random.chance(0.8) ? 0 : random.below(5) - 1));
const doorHash = Uint8Array.from(createHash('sha256').update(DOOR_TOKEN).digest());
const info = new Uint8Array(120).fill(5);

/** One that is right, or has two streams that nobody could tell apart. */
const offerOf = (random: SeededRandom): CallOffer => ({
  ufrag: random.pick(['abcd', 'efgh', 'ijkl']),
  fingerprint: OTHER,
  payloads: { opus: 111, vp8: 96, rtx: 97 },
  extensions: random.pick([{}, { mid: 1, rid: 2 }]),
  sends: [
    { source: 'microphone', mid: '0', ssrc: 1 },
    {
      source: 'camera',
      mid: '1',
      ...(random.chance(0.3) ? { layers: [{ rid: 'q', height: 180 }] } : { ssrc: random.chance(0.1) ? 1 : 2 }),
    },
  ],
  slots: [
    { kind: 'audio', ssrc: 10 },
    { kind: 'video', ssrc: 11, rtx: 12 },
  ],
});

/** A frame of each kind as a client would send it, most of them right for the room as it is. */
export const FRAMES = {
  hello: (random) => ({ t: 'hello', versions: random.pick([[0], [99, 0], [99], [0, 0, 0]]), client: 'fuzz/1' }),
  proof: (random, { own, prove }) => ({
    t: 'proof',
    device: own.device,
    signature: prove(random.chance(0.7) ? undefined : random.pick(REPLAYS)),
  }),
  found: (random, { founderToken }) => ({
    t: 'found',
    q: 1,
    token: random.pick([founderToken, OTHER]),
    room: ROOM,
    door: doorHash,
    info,
    ...(random.chance(0.5) && { knock: KNOCK_KEY, open: null }),
  }),
  front: (random) => ({ t: 'front', q: random.below(9) }),
  knock: (random) => ({ t: 'knock', q: random.below(9), room: room(random), body: body(random).subarray(0, 4_096) }),
  withdraw: (random) => ({ t: 'withdraw', room: room(random) }),
  deny: (random) => ({ t: 'deny', room: room(random), device: random.pick(DEVICES).device }),
  create: (random) => ({ t: 'create', q: random.below(9), room: random.chance(0.1) ? ROOM : ownRoom(random) }),
  publish: (random) => ({
    t: 'publish',
    q: random.below(9),
    packages: Array.from({ length: random.below(4) }, () => random.bytes(40)),
    last: random.chance(0.3) ? random.bytes(40) : null,
  }),
  package: (random) => ({ t: 'package', q: random.below(9), device: random.pick(DEVICES).device }),
  door: (random) => ({ t: 'door', q: random.below(9), room: room(random), token: random.chance(0.8) ? DOOR_TOKEN : OTHER }),
  message: (random, scene) => ({
    t: 'append',
    room: room(random),
    id: id(random),
    kind: 'message',
    epoch: epochNear(random, scene),
    body: body(random),
  }),
  enter: (random, scene) => ({
    t: 'append',
    room: ROOM,
    id: id(random),
    kind: 'commit',
    epoch: epochNear(random, scene),
    body: body(random),
    change: { adds: [scene.own.device], removes: random.chance(0.3) ? [scene.own.device] : [] },
    info,
  }),
  admit: (random, scene) => ({
    t: 'append',
    room: random.chance(0.8) ? ROOM : ownRoom(random),
    id: id(random),
    kind: 'commit',
    epoch: random.chance(0.8) ? epochNear(random, scene) : 0,
    body: body(random),
    change: { adds: [random.pick(DEVICES).device], removes: random.chance(0.5) ? [random.pick(DEVICES).device] : [] },
    info,
    welcome: random.bytes(50),
  }),
  commit: (random, scene) => ({
    t: 'append',
    room: ROOM,
    id: id(random),
    kind: 'commit',
    epoch: epochNear(random, scene),
    body: body(random),
    change: {
      adds: random.chance(0.3) ? [random.pick(DEVICES).device] : [],
      removes: random.chance(0.3) ? [random.pick(DEVICES).device] : [],
      ...(random.chance(0.3) && { door: random.pick([null, doorHash, doorHash, OTHER]) }),
      ...(random.chance(0.3) && { knock: random.pick([KNOCK_KEY, OTHER]) }),
      ...(random.chance(0.1) && { open: OTHER }),
    },
    info: random.chance(0.8) ? info : null,
  }),
  leave: (random, { epoch }) => ({ t: 'append', room: ROOM, id: id(random), kind: 'leave', epoch, body: body(random) }),
  follow: (random) => ({ t: 'follow', q: random.below(9), room: room(random), after: random.pick([0, 1, 5, 1_000_000]) }),
  ticket: (random) => ({ t: 'ticket', q: random.below(9), room: random.chance(0.8) ? room(random) : ownRoom(random) }),
  ephemeral: (random) => ({
    t: 'ephemeral',
    room: random.chance(0.8) ? room(random) : ownRoom(random),
    body: body(random).subarray(0, 4_096),
  }),
  'call.join': (random) => ({
    t: 'call.join',
    q: random.below(9),
    room: random.chance(0.5) ? room(random) : ownRoom(random),
    offer: offerOf(random),
  }),
  'call.leave': (random) => ({ t: 'call.leave', room: room(random) }),
  'call.want': (random) => ({
    t: 'call.want',
    room: room(random),
    wants: Array.from({ length: random.below(3) }, (_, i) => {
      const slot = random.chance(0.02) ? random.below(9) : i;
      const source = random.chance(0.05) ? random.pick(CALL_SOURCES) : (CALL_SOURCES[slot % 2] as (typeof CALL_SOURCES)[number]);
      return { slot, device: random.pick(DEVICES).device, source, height: random.below(1_000) };
    }),
  }),
  ping: () => ({ t: 'ping' }),
  pong: () => ({ t: 'pong' }),
} satisfies Record<string, Make> as Readonly<Record<string, Make>>;

/** Proofs that are good for something else. */
const REPLAYS = [{ relay: OTHER }, { nonce: OTHER }, { binding: OTHER }, { version: 1 }];
