import { decodeValue, encodeValue, fromHex, genesisHash, hashEntry, toHex } from '../protocol/index.ts';
import type { StoredRoom } from './room-log.ts';

/** What the relay knows of a room: a value, replaced with each batch. Devices are keys (hex). */
export interface RoomState {
  readonly room: Uint8Array;
  /** The device that made the room. */
  readonly founder: string;
  readonly epoch: number;
  /** Number and hash of the last entry. */
  readonly seq: number;
  readonly head: Uint8Array;
  /** SHA-256 of the door token; null while the door is closed. */
  readonly door: Uint8Array | null;
  readonly members: ReadonlySet<string>;
  /** Devices that are out, the last to go at the end. */
  readonly former: ReadonlyMap<string, Departure>;
}

export interface Departure {
  /** The entry that took the device out: the last it may read. */
  readonly until: number;
  /** It left by itself, and the commit that removes it from the group may still come. */
  readonly left: boolean;
}

export function createRoomState(room: Uint8Array, founder: string, door: Uint8Array | null): RoomState {
  return { room, founder, epoch: 0, seq: 0, head: genesisHash(room), door, members: new Set([founder]), former: new Map() };
}

/** What is kept beside the entries. Number and hash of the last entry are not in it: they follow from that entry. */
export function encodeRecord(state: RoomState): Uint8Array {
  return encodeValue({
    founder: fromHex(state.founder),
    epoch: state.epoch,
    door: state.door,
    members: Array.from(state.members, fromHex),
    former: Array.from(state.former, ([device, { until, left }]) => [fromHex(device), until, left]),
  });
}

export function restoreRoomState(stored: StoredRoom): RoomState {
  const record = decodeValue(stored.record) as {
    founder: Uint8Array;
    epoch: number;
    door: Uint8Array | null;
    members: Uint8Array[];
    former: Array<[device: Uint8Array, until: number, left: boolean]>;
  };
  return {
    room: stored.room,
    founder: toHex(record.founder),
    epoch: record.epoch,
    seq: stored.seq,
    head: stored.last ? hashEntry(stored.last) : genesisHash(stored.room),
    door: record.door,
    members: new Set(record.members.map(toHex)),
    former: new Map(record.former.map(([device, until, left]) => [toHex(device), { until, left }])),
  };
}
