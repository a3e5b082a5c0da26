import type { Client, ClientEvent } from '../../client/index.ts';
import type { FrontDoor } from './front-door.ts';
import type { Observable } from './observable.ts';
import type { PageState } from './page-state.ts';
import { type Problem, problemOf } from './problem.ts';
import { createSessions } from './sessions.ts';

/** The rooms of this device on the screen: one of them at a time, or the door of one that it is not in yet. */
export interface ShownRooms {
  show(room: string): void;
  /** What was shown of it while this device was out of it is over. */
  comeInto(room: string): void;
  /** The conversation of two with a member of `room`. */
  write(room: string, device: string): Promise<void>;
  /** Nothing of it is to be shown until this device is in it. */
  close(room: string): void;
  closeAll(): void;
  notice(event: ClientEvent): void;
}

interface Ports {
  readonly state: Observable<PageState>;
  client(): Client | undefined;
  readonly frontDoor: FrontDoor;
  /** A link that was being followed is done with. */
  endLink(): void;
}

export function createShownRooms({ state, client, frontDoor, endLink }: Ports): ShownRooms {
  const sessions = createSessions();

  function show(room: string): void {
    const asked = client();
    if (!asked?.rooms().includes(room)) return;
    endLink();
    if (asked.view(room).phase === 'knocking') return frontDoor.wait(room);
    const session = sessions.open(asked, room);
    const now = state.get();
    if (now.at !== 'room' || now.session !== session) state.set({ at: 'room', session });
  }

  function comeInto(room: string): void {
    sessions.close(room);
    show(room);
  }

  /** The engine gives up a room that the relay, or those inside, did not let this device into. */
  function showOutIfForgotten(room: string, problem: Problem): void {
    if (client()?.rooms().includes(room)) return;
    const now = state.get();
    sessions.close(room);
    if (now.at === 'room' && now.session.room === room) frontDoor.stand(problem);
    if (now.at === 'waiting' && now.room === room) frontDoor.turnAway(problem);
  }

  return {
    show,
    comeInto,
    close: sessions.close,
    closeAll: sessions.closeAll,

    async write(room, device) {
      const asked = client();
      const direct = await asked?.direct(room, device);
      if (direct !== undefined && asked === client()) show(direct);
    },

    notice(event) {
      const now = state.get();
      if (event.event === 'error' && event.room !== undefined) showOutIfForgotten(event.room, problemOf(event.error));
      if (event.event === 'waiting' && now.at === 'outside' && now.entering) frontDoor.wait(event.room);
      if (event.event === 'ready' && now.at === 'waiting' && now.room === event.room) comeInto(event.room);
    },
  };
}
