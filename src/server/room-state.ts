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
  /** Public key that knocks are sealed to; null while nobody can knock. */
  readonly knock: Uint8Array | null;
  /** The link's secret, in a room that is open to the network. */
  readonly open: Uint8Array | null;
  /** The relay's first room, to which an address alone leads. */
  readonly front: boolean;
  readonly members: ReadonlySet<string>;
  /** Devices that are out, the last to go at the end. */
  readonly former: ReadonlyMap<string, Departure>;
  /** Members whose Welcome waits for them: another one added them, and they have not followed the room since. */
  readonly awaited: ReadonlyMap<string, Arrival>;
}

export interface Arrival {
  /** The entry that added the device. */
  readonly seq: number;
  /** Bytes of its Welcome. */
  readonly size: number;
}

/** What a room tells those who are not in it. */
export type Entrance = Pick<RoomState, 'door' | 'knock' | 'open'>;

export const CLOSED: Entrance = { door: null, knock: null, open: null };

export interface Departure {
  /** The entry that took the device out: the last it may read. */
  readonly until: number;
  /** It left by itself, and the commit that removes it from the group may still come. */
  readonly left: boolean;
}

export function createRoomState(room: Uint8Array, founder: string, entrance: Entrance, front: boolean): RoomState {
  const members = new Set([founder]);
  return { room, founder, epoch: 0, seq: 0, head: genesisHash(room), ...entrance, front, members, former: new Map(), awaited: new Map() };
}

interface StoredRecord {
  readonly founder: Uint8Array;
  readonly epoch: number;
  readonly door: Uint8Array | null;
  readonly members: readonly Uint8Array[];
  readonly former: ReadonlyArray<readonly [device: Uint8Array, until: number, left: boolean]>;
  // A relay of 0.0.1 had one room and wrote none of these.
  readonly knock?: Uint8Array | null;
  readonly open?: Uint8Array | null;
  readonly front?: boolean;
  readonly awaited?: ReadonlyArray<readonly [device: Uint8Array, seq: number, size: number]>;
}

/** What is kept beside the entries. Number and hash of the last entry are not in it: they follow from that entry. */
export function encodeRecord(state: RoomState): Uint8Array {
  const record: StoredRecord = {
    founder: bytesOf(state.founder),
    epoch: state.epoch,
    door: state.door,
    members: Array.from(state.members, bytesOf),
    former: Array.from(state.former, ([device, { until, left }]) => [bytesOf(device), until, left]),
    knock: state.knock,
    open: state.open,
    front: state.front,
    awaited: Array.from(state.awaited, ([device, { seq, size }]) => [bytesOf(device), seq, size]),
  };
  return encodeValue(record);
}

export function restoreRoomState(stored: StoredRoom): RoomState {
  const record = decodeValue(stored.record) as StoredRecord;
  return {
    room: stored.room,
    founder: toHex(record.founder),
    epoch: record.epoch,
    seq: stored.seq,
    head: stored.last ? hashEntry(stored.last) : genesisHash(stored.room),
    door: record.door,
    knock: record.knock ?? null,
    open: record.open ?? null,
    front: record.front ?? true,
    members: new Set(record.members.map(toHex)),
    former: new Map(record.former.map(([device, until, left]) => [toHex(device), { until, left }])),
    awaited: new Map(record.awaited?.map(([device, seq, size]) => [toHex(device), { seq, size }])),
  };
}

/** The same map where none of them waits. */
export function dropArrivals(awaited: RoomState['awaited'], devices: readonly string[]): RoomState['awaited'] {
  if (!devices.some((device) => awaited.has(device))) return awaited;
  return new Map([...awaited].filter(([device]) => !devices.includes(device)));
}

const bytesOf = (device: string): Uint8Array => fromHex(device) as Uint8Array;
