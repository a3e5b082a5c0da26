import { createHash } from 'node:crypto';
import { type ClientFrame, createFrameSplitter, decodeRelayFrame, encodeFrame, encodeValue, toHex } from '../../src/protocol/index.ts';
import { createMemoryKeyPackages, createMemoryLog, createRelay, type Relay, type RelaySession } from '../../src/server/index.ts';
import { createVirtualClock } from '../sim/virtual-clock.ts';
import type { TestDevice } from '../support/test-device.ts';
import { readHex } from './notation.ts';
import { ANA, JUAN, NONCE, RELAY, ROOM } from './samples.ts';

/** One turn of a recorded conversation. */
export interface Turn {
  readonly who: string;
  readonly what: string;
  /** A frame with its length, in hexadecimal digits. */
  readonly says: string;
  /** The frames that each client then heard, without their lengths. */
  readonly hears: Readonly<Record<string, string>>;
}

const FOUNDER_TOKEN = new Uint8Array(32).fill(0x61);
const DOOR_TOKEN = new Uint8Array(32).fill(0x62);
const DOOR = new Uint8Array(createHash('sha256').update(DOOR_TOKEN).digest());
const ID = (n: number) => new Uint8Array(16).fill(n);
const INFO = new Uint8Array(24).fill(0x63);

const proofBy = (device: TestDevice): ClientFrame => ({
  t: 'proof',
  device: device.device,
  signature: device.prove({ relay: RELAY, nonce: NONCE, binding: new Uint8Array() }),
});
const hello: ClientFrame = { t: 'hello', versions: [0], client: 'wire' };

/** Two devices on web links: one founds a room, the other comes in by its door, they talk, and one leaves. */
const SCRIPT: ReadonlyArray<readonly [who: 'ana' | 'juan', what: string, frame: ClientFrame]> = [
  ['ana', 'greets', hello],
  ['ana', 'proves its device', proofBy(ANA)],
  ['ana', 'founds the room', { t: 'found', q: 1, token: FOUNDER_TOKEN, room: ROOM, door: DOOR, info: INFO }],
  ['ana', 'follows it', { t: 'follow', q: 2, room: ROOM, after: 0 }],
  ['ana', 'writes', { t: 'append', room: ROOM, id: ID(1), kind: 'message', epoch: 0, body: new Uint8Array(30).fill(1) }],
  ['juan', 'greets', hello],
  ['juan', 'proves its device', proofBy(JUAN)],
  ['juan', 'follows a room it is not in', { t: 'follow', q: 1, room: ROOM, after: 0 }],
  ['juan', 'shows the wrong token', { t: 'door', q: 2, room: ROOM, token: FOUNDER_TOKEN }],
  ['juan', 'shows the token', { t: 'door', q: 3, room: ROOM, token: DOOR_TOKEN }],
  [
    'juan',
    'comes in',
    {
      t: 'append',
      room: ROOM,
      id: ID(2),
      kind: 'commit',
      epoch: 0,
      body: new Uint8Array(50).fill(2),
      change: { adds: [JUAN.device], removes: [] },
      info: INFO,
    },
  ],
  ['juan', 'follows from there', { t: 'follow', q: 4, room: ROOM, after: 1 }],
  ['juan', 'writes', { t: 'append', room: ROOM, id: ID(3), kind: 'message', epoch: 1, body: new Uint8Array(300).fill(3) }],
  ['juan', 'sends the same again', { t: 'append', room: ROOM, id: ID(3), kind: 'message', epoch: 1, body: new Uint8Array(300).fill(3) }],
  [
    'ana',
    'commits in an epoch that is over',
    { t: 'append', room: ROOM, id: ID(4), kind: 'commit', epoch: 0, body: ID(4), change: { adds: [], removes: [] }, info: INFO },
  ],
  ['juan', 'leaves', { t: 'append', room: ROOM, id: ID(5), kind: 'leave', epoch: 1, body: new Uint8Array(20).fill(5) }],
  ['ana', 'pings', { t: 'ping' }],
];

/** The script as today's code says it, and as today's relay answers. */
export function recordConversation(): Promise<Turn[]> {
  return converse(SCRIPT.map(([who, what, frame]) => ({ who, what, says: toHex(encodeFrame(frame)) })));
}

/** What a relay in memory, its time and chance fixed, answers to these turns. */
export async function converse(turns: ReadonlyArray<Omit<Turn, 'hears'>>): Promise<Turn[]> {
  const relay = await createRelay(
    { log: createMemoryLog(), keyPackages: createMemoryKeyPackages(), clock: createVirtualClock(), random: () => NONCE },
    { relayKey: RELAY, build: 'b0', founderToken: FOUNDER_TOKEN, place: () => ({ address: '192.168.1.20', web: 5000, chat: 9009 }) },
  );
  const heard: Record<string, string> = {};
  const sessions: Record<string, RelaySession> = {};
  const answered: Turn[] = [];
  for (const turn of turns) {
    const session = (sessions[turn.who] ??= listen(relay, turn.who, heard));
    session.receive(readHex(turn.says));
    await settle();
    answered.push({ ...turn, hears: { ...heard } });
    for (const who of Object.keys(heard)) delete heard[who];
  }
  return answered;
}

function listen(relay: Relay, who: string, heard: Record<string, string>): RelaySession {
  const splitter = createFrameSplitter();
  function hear(body: Uint8Array): void {
    const frame = decodeRelayFrame(body);
    // Each release says its own version here; all else is what the relay wrote.
    const bytes = frame.t === 'welcome' ? encodeValue({ ...frame, server: '0.0.0' }) : body;
    heard[who] = `${heard[who] ?? ''}${toHex(bytes)} `;
  }
  return relay.accept({
    kind: 'web',
    address: '192.168.1.30',
    exporter: new Uint8Array(),
    queued: 0,
    write: (run) => splitter.push(run, hear),
    close() {},
    pause() {},
    resume() {},
  });
}

/** In memory all that can happen happens within a few turns. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
}
