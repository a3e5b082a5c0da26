import { CodedError, toHex } from '../protocol/index.ts';
import type { RoomLog, StoredRoom } from './room-log.ts';
import { createRoomState, encodeRecord, type Entrance, restoreRoomState, type RoomState } from './room-state.ts';
import { createTally } from './tally.ts';

/** The rooms as they are on disk. Nothing that is not durable is ever seen here. */
export interface Rooms {
  readonly size: number;
  /** The one that an address alone leads to. */
  readonly front: RoomState | undefined;
  get(room: Uint8Array): RoomState | undefined;
  /** Those that a device is in. */
  of(device: string): readonly RoomState[];
  /** True when both devices are in one of them. */
  share(one: string, other: string): boolean;
  /** How many a device has made. */
  madeBy(device: string): number;
  /** Takes over states that were just written. */
  update(states: Iterable<RoomState>): void;
  /** Writes a room and then knows it. Rejects with what the log rejects with. */
  create(state: RoomState, info: Uint8Array | null): Promise<void>;
}

/** Rejects with CodedError `data_damaged`, and what the log rejects with. */
export async function loadRooms(log: RoomLog): Promise<Rooms> {
  const statesByRoom = new Map<string, RoomState>();
  const roomsByDevice = new Map<string, Set<string>>();
  const nowhere: ReadonlySet<string> = new Set();
  const made = createTally();
  let front: string | undefined;

  function take(state: RoomState): void {
    const room = toHex(state.room);
    const before = statesByRoom.get(room);
    statesByRoom.set(room, state);
    if (!before) made.add(state.founder);
    if (!before && state.front) front ??= room;
    if (before?.members === state.members) return;
    for (const device of before?.members ?? []) if (!state.members.has(device)) forget(device, room);
    for (const device of state.members) if (!before?.members.has(device)) remember(device, room);
  }

  function remember(device: string, room: string): void {
    const rooms = roomsByDevice.get(device) ?? new Set();
    roomsByDevice.set(device, rooms.add(room));
  }

  function forget(device: string, room: string): void {
    const rooms = roomsByDevice.get(device);
    if (rooms?.delete(room) && rooms.size === 0) roomsByDevice.delete(device);
  }

  for (const stored of await log.rooms()) take(restore(stored));
  return {
    get size() {
      return statesByRoom.size;
    },
    get front() {
      return front === undefined ? undefined : statesByRoom.get(front);
    },
    get: (room) => statesByRoom.get(toHex(room)),
    of: (device) => Array.from(roomsByDevice.get(device) ?? nowhere, (room) => statesByRoom.get(room) as RoomState),
    share(one, other) {
      const [few, many] = [roomsByDevice.get(one) ?? nowhere, roomsByDevice.get(other) ?? nowhere].toSorted((a, b) => a.size - b.size);
      for (const room of few ?? nowhere) if (many?.has(room)) return true;
      return false;
    },
    madeBy: made.of,
    update(states) {
      for (const state of states) take(state);
    },
    async create(state, info) {
      await log.write([{ room: state.room, entries: [], record: encodeRecord(state), info }]);
      take(state);
    },
  };
}

/** A room at its beginning, with bytes of its own: what came from a link is a view of all that came. */
export function beginRoom(room: Uint8Array, founder: string, { door, knock, open }: Entrance, front: boolean): RoomState {
  return createRoomState(room.slice(), founder, { door: copy(door), knock: copy(knock), open: copy(open) }, front);
}

const copy = (bytes: Uint8Array | null) => bytes?.slice() ?? null;

function restore(stored: StoredRoom): RoomState {
  try {
    return restoreRoomState(stored);
  } catch {
    throw new CodedError('data_damaged');
  }
}
