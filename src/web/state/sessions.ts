import type { Client } from '../../client/index.ts';
import { followRoom, type RoomSession } from './room-session.ts';

/** Rooms between which people go to and fro keep their lines and their place; more than this many are fetched anew. */
const KEPT = 6;

/** The rooms that are followed, the one on the screen among them. */
export interface Sessions {
  open(client: Client, room: string): RoomSession;
  /** What is known of it is over: it is entered anew. */
  close(room: string): void;
  closeAll(): void;
}

export function createSessions(): Sessions {
  /** The last used last. */
  const sessionsByRoom = new Map<string, RoomSession>();

  function close(room: string): void {
    sessionsByRoom.get(room)?.end();
    sessionsByRoom.delete(room);
  }

  return {
    open(client, room) {
      const session = sessionsByRoom.get(room) ?? followRoom(client, room);
      sessionsByRoom.delete(room);
      sessionsByRoom.set(room, session);
      const [oldest] = sessionsByRoom.keys();
      if (sessionsByRoom.size > KEPT && oldest !== undefined) close(oldest);
      return session;
    },
    close,
    closeAll: () => [...sessionsByRoom.keys()].forEach(close),
  };
}
