import { CodedError, toHex } from '../protocol/index.ts';
import type { RoomLog, StoredRoom } from './room-log.ts';
import { createRoomState, encodeRecord, restoreRoomState, type RoomState } from './room-state.ts';

/** The rooms as they are on disk. Nothing that is not durable is ever seen here. */
export interface Rooms {
  readonly size: number;
  get(room: Uint8Array): RoomState | undefined;
  /** Takes over states that were just written. */
  update(states: Iterable<RoomState>): void;
  /** Writes a new room and then knows it. Rejects with what the log rejects with. */
  create(room: Uint8Array, founder: string, door: Uint8Array | null, info: Uint8Array | null): Promise<RoomState>;
}

/** Rejects with CodedError `data_damaged`, and what the log rejects with. */
export async function loadRooms(log: RoomLog): Promise<Rooms> {
  const statesByRoom = new Map((await log.rooms()).map((stored) => [toHex(stored.room), restore(stored)]));
  return {
    get size() {
      return statesByRoom.size;
    },
    get: (room) => statesByRoom.get(toHex(room)),
    update(states) {
      for (const state of states) statesByRoom.set(toHex(state.room), state);
    },
    async create(room, founder, door, info) {
      const state = createRoomState(room.slice(), founder, door?.slice() ?? null);
      await log.write([{ room, entries: [], record: encodeRecord(state), info }]);
      statesByRoom.set(toHex(room), state);
      return state;
    },
  };
}

function restore(stored: StoredRoom): RoomState {
  try {
    return restoreRoomState(stored);
  } catch {
    throw new CodedError('data_damaged');
  }
}
