import { timingSafeEqual } from 'node:crypto';
import { type ClientFrames, toHex } from '../protocol/index.ts';
import type { RelayEvent } from './relay-events.ts';
import type { Rooms } from './rooms.ts';

/** Opens the relay's first room, once. */
export interface Founding {
  /** What opens it; null once a room exists. */
  readonly token: Uint8Array | null;
  /** @returns the code of a refusal, or undefined when the room is this device's */
  found(
    frame: ClientFrames['found'],
    device: string,
  ): Promise<'already_founded' | 'wrong_token' | 'bad_change' | 'storage_failed' | undefined>;
}

interface Ports {
  readonly rooms: Rooms;
  readonly emit: (event: RelayEvent) => void;
}

export function createFounding({ rooms, emit }: Ports, founderToken: Uint8Array | null): Founding {
  let last: Promise<unknown> = Promise.resolve();

  async function makeRoom({ token, room, door, info }: ClientFrames['found'], device: string) {
    // The answer may have been lost on its way: the founder may ask again, also after a restart.
    if (rooms.size > 0) return rooms.get(room)?.founder === device ? undefined : 'already_founded';
    if (!founderToken || !timingSafeEqual(founderToken, token)) return 'wrong_token';
    if ((door === null) !== (info === null)) return 'bad_change';
    try {
      await rooms.create(room, device, door, info);
    } catch (error) {
      emit({ event: 'storage_failed', error });
      return 'storage_failed';
    }
    emit({ event: 'founded', room: toHex(room) });
    return undefined;
  }

  return {
    get token() {
      return rooms.size > 0 ? null : founderToken;
    },
    found(frame, device) {
      // One at a time: of two who come at once the second is told what became of the first.
      const result = last.then(() => makeRoom(frame, device));
      last = result.catch(() => undefined);
      return result;
    },
  };
}
