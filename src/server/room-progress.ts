import { fromHex } from '../protocol/index.ts';
import type { NewEntry, RoomWrite } from './room-log.ts';
import { encodeRecord, type RoomState } from './room-state.ts';

/** What one transaction brought to one room. */
export interface RoomProgress {
  readonly before: RoomState;
  state: RoomState;
  readonly entries: NewEntry[];
  info: Uint8Array | null | undefined;
  /** Devices that it added, also those that it took out again. */
  readonly added: Set<string>;
  /** The Welcomes of those whom another one added, by device. */
  readonly welcomes: Map<string, Uint8Array>;
}

export const createProgress = (before: RoomState): RoomProgress => ({
  before,
  state: before,
  entries: [],
  info: undefined,
  added: new Set(),
  welcomes: new Map(),
});

export function toWrite({ before, state, entries, info, welcomes }: RoomProgress): RoomWrite {
  const arrivals = state.awaited !== before.awaited;
  // The record changes with members, epoch and who is awaited: a batch of messages does not rewrite it.
  const changed = state.epoch !== before.epoch || state.members !== before.members || arrivals;
  const kept = [...welcomes].filter(([device]) => state.awaited.has(device));
  const dropped = arrivals ? [...before.awaited.keys()].filter((device) => !state.awaited.has(device)) : [];
  const moved = [...kept, ...dropped.map((device) => [device, null] as const)];
  return {
    room: state.room,
    entries,
    ...(changed && { record: encodeRecord(state) }),
    ...(info !== undefined && { info }),
    ...(moved.length > 0 && { welcomes: moved.map(([device, bytes]) => ({ device: fromHex(device) as Uint8Array, bytes })) }),
  };
}
