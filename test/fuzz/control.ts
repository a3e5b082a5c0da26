import { createHash } from 'node:crypto';
import { type ClientFrames, decodeEntry, equalBytes, genesisHash, hashEntry, type RelayFrame, toHex } from '../../src/protocol/index.ts';
import { createTestDevice } from '../support/test-device.ts';
import { Defect } from './hearing.ts';
import type { Peer } from './peer.ts';

export const ROOM = new Uint8Array(16).fill(0x33);
export const DOOR_TOKEN = new Uint8Array(32).fill(0x44);

/** A member that does everything as it should, beside all who do not, and checks each entry that it is sent. */
export interface Control {
  readonly peer: Peer;
  /** The room's epoch by the entries. */
  readonly epoch: number;
  readonly seq: number;
  readonly head: Uint8Array;
  /** Rejects unless an entry is stored and comes back. */
  append(number: number): Promise<void>;
  /** Opens the door again and brings back who is out of these devices, whatever the others did. */
  restore(number: number, devices: readonly Uint8Array[]): Promise<void>;
}

/** Its key is in no frame that is mutated, so that nobody can put it out. */
const CONTROL = createTestDevice(200);
const DOOR = Uint8Array.from(createHash('sha256').update(DOOR_TOKEN).digest());
const INFO = new Uint8Array(300);
export const KNOCK_KEY = new Uint8Array(32).fill(0x45);
const WELCOME = new Uint8Array(200).fill(0x46);
const TRIES = 20;

/**
 * @param connect opens its connection
 * @param founderToken makes the room; without one the control comes back to it
 */
export async function createControl(
  connect: (onFrame: (frame: RelayFrame) => void) => Promise<Peer>,
  founderToken?: Uint8Array,
): Promise<Control> {
  let seq = 0;
  let head = genesisHash(ROOM);
  let epoch = 0;
  let live = false;
  let founded = founderToken === undefined;
  /** What became of an append, by its id: a code, or nothing where it was stored. */
  const outcomes = new Map<string, string | undefined>();
  const ownEntries = new Set<string>();
  const members = new Set<string>();

  const peer = await connect((frame) => {
    if (frame.t === 'founded') founded = true;
    if (frame.t === 'stored') for (const [id] of frame.acks) outcomes.set(toHex(id), undefined);
    if (frame.t === 'refused') outcomes.set(toHex(frame.id), frame.code);
    if (frame.t !== 'page' && frame.t !== 'entries') return;
    frame.entries.forEach(take);
    if (frame.t !== 'page') return;
    live = frame.live;
    if (!live) peer.tell({ t: 'follow', q: 2, room: ROOM, after: seq });
    else if (frame.seq !== seq || !equalBytes(frame.head, head)) throw new Defect('a page that ends elsewhere than it says');
  });

  function take(bytes: Uint8Array): void {
    const entry = decodeEntry(bytes);
    if (entry.seq !== seq + 1) throw new Defect(`entry ${entry.seq} after ${seq}`);
    if (!equalBytes(entry.prev, head)) throw new Defect(`entry ${entry.seq} does not go on from the one before`);
    seq = entry.seq;
    head = hashEntry(bytes);
    if (equalBytes(entry.device, CONTROL.device)) ownEntries.add(toHex(entry.id));
    if (entry.kind === 'leave') members.delete(toHex(entry.device));
    if (entry.kind !== 'commit') return;
    epoch = entry.epoch + 1;
    for (const device of entry.change?.removes ?? []) members.delete(toHex(device));
    for (const device of entry.change?.adds ?? []) members.add(toHex(device));
  }

  async function store(id: Uint8Array, make: () => Pick<ClientFrames['append'], 'kind' | 'change' | 'info' | 'welcome'>) {
    const key = toHex(id);
    for (let tries = 0; tries < TRIES; tries++) {
      outcomes.clear();
      peer.tell({ t: 'append', room: ROOM, id, epoch, body: new Uint8Array(40).fill(1), ...make() });
      await peer.until(() => outcomes.has(key), 'answer to what is right');
      const code = outcomes.get(key);
      if (code === undefined) return peer.until(() => ownEntries.has(key), 'entry after its number');
      if (code !== 'stale_epoch' && code !== 'bad_change') throw new Defect(`refused: ${code}`);
      // Others' commits are under way; they come right behind the refusal, and then epoch and members are known.
      const { pongs } = peer;
      peer.tell({ t: 'ping' });
      await peer.until(() => peer.pongs > pongs, 'pong');
    }
    throw new Defect(`refused at every try: ${[...outcomes.values()].join()}`);
  }

  await peer.prove(CONTROL);
  if (founderToken) peer.tell({ t: 'found', q: 1, token: founderToken, room: ROOM, door: DOOR, info: INFO, knock: KNOCK_KEY });
  await peer.until(() => founded, 'founded');
  peer.tell({ t: 'follow', q: 2, room: ROOM, after: 0 });
  await peer.until(() => live, 'page');

  return {
    peer,
    get epoch() {
      return epoch;
    },
    get seq() {
      return seq;
    },
    get head() {
      return head;
    },
    append: (number) => store(idOf(number, 1), () => ({ kind: 'message' })),
    async restore(number, devices) {
      for (const [index, device] of devices.entries()) {
        const missing = () => !members.has(toHex(device));
        if (!missing()) continue;
        // Where it came in by itself meanwhile, nothing is left to change.
        await store(idOf(number, 3 + index), () => ({
          kind: 'commit',
          change: { adds: missing() ? [device] : [], removes: [] },
          info: INFO,
          ...(missing() && { welcome: WELCOME }),
        }));
      }
      const change = { adds: [], removes: [], door: DOOR, knock: KNOCK_KEY };
      await store(idOf(number, 2), () => ({ kind: 'commit', change, info: INFO }));
    },
  };
}

function idOf(number: number, kind: number): Uint8Array {
  const id = new Uint8Array(16).fill(kind);
  new DataView(id.buffer).setUint32(0, number);
  return id;
}
