import { timingSafeEqual } from 'node:crypto';
import { type ClientFrames, equalBytes, type ErrorCode, toHex } from '../protocol/index.ts';
import type { RelayEvent } from './relay-events.ts';
import { CLOSED, type RoomState } from './room-state.ts';
import { beginRoom, type Rooms } from './rooms.ts';
import type { RelayLimits } from './server-limits.ts';

/** Makes rooms: the relay's first, once, for who has its token; others for members. */
export interface Founding {
  /** What opens it; null once a room exists. */
  readonly token: Uint8Array | null;
  /** @returns the code of a refusal, or undefined when the room is this device's */
  found(frame: ClientFrames['found'], device: string): Promise<Refusal>;
  create(room: Uint8Array, device: string): Promise<Refusal>;
}

type Refusal = ErrorCode | undefined;

interface Ports {
  readonly rooms: Rooms;
  readonly emit: (event: RelayEvent) => void;
  readonly limits: RelayLimits;
}

export function createFounding({ rooms, emit, limits }: Ports, founderToken: Uint8Array | null): Founding {
  let last: Promise<unknown> = Promise.resolve();

  async function makeFirst(
    { token, room, door, info, knock = null, open = null }: ClientFrames['found'],
    device: string,
  ): Promise<Refusal> {
    // The answer may have been lost on its way: the founder may ask again, also after a restart.
    if (rooms.size > 0) return isFront(room) && rooms.front?.founder === device ? undefined : 'already_founded';
    if (!founderToken || !timingSafeEqual(founderToken, token)) return 'wrong_token';
    if ((door === null) !== (info === null) || (door === null && (knock || open))) return 'bad_change';
    return (await write(beginRoom(room, device, { door, knock, open }, true), info)) ?? tell('founded', room);
  }

  async function makeOther(room: Uint8Array, device: string): Promise<Refusal> {
    if (rooms.of(device).length === 0) return 'unknown_room';
    const known = rooms.get(room);
    if (known) return known.founder === device && !known.front ? undefined : 'room_taken';
    if (rooms.madeBy(device) >= limits.roomsPerDevice || rooms.size >= limits.rooms) return 'too_many_rooms';
    return (await write(beginRoom(room, device, CLOSED, false), null)) ?? tell('created', room);
  }

  async function write(state: RoomState, info: Uint8Array | null): Promise<Refusal> {
    try {
      await rooms.create(state, info);
      return undefined;
    } catch (error) {
      emit({ event: 'storage_failed', error });
      return 'storage_failed';
    }
  }

  function tell(event: 'founded' | 'created', room: Uint8Array): undefined {
    emit({ event, room: toHex(room) });
  }

  const isFront = (room: Uint8Array) => rooms.front !== undefined && equalBytes(rooms.front.room, room);

  /** One at a time: of two who come at once the second is told what became of the first. */
  function inTurn(make: () => Promise<Refusal>): Promise<Refusal> {
    const result = last.then(make);
    last = result.catch(() => undefined);
    return result;
  }

  return {
    get token() {
      return rooms.size > 0 ? null : founderToken;
    },
    found: (frame, device) => inTurn(() => makeFirst(frame, device)),
    create: (room, device) => inTurn(() => makeOther(room, device)),
  };
}
