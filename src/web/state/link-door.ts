import type { Client, Invite } from '../../client/index.ts';
import { hindranceOf } from './front-door.ts';
import type { Observable } from './observable.ts';
import type { PageState } from './page-state.ts';
import { problemOf } from './problem.ts';
import type { Business } from './reloader.ts';

export interface Entering {
  readonly name: string;
  readonly title: string;
  readonly access?: 'invited' | 'open';
}

/** The way in by a link: of a room, or of the founder of the first one. */
export interface LinkDoor {
  stand(invite: Invite, name: string): void;
  enter(entering: Entering): Promise<void>;
  /** The person has gone on from it. */
  end(): void;
  noticeConnection(): void;
}

interface Ports {
  readonly state: Observable<PageState>;
  client(): Client | undefined;
  readonly business: Business;
  comeInto(room: string): void;
}

export function createLinkDoor({ state, client, business, comeInto }: Ports): LinkDoor {
  /** A link is business: its secret is not in the address any more, a reload would lose it. */
  let end = () => {};

  return {
    end: () => end(),

    stand(invite, name) {
      end();
      end = business.begin();
      state.set({ at: 'door', invite, entering: false, problem: null, name });
    },

    async enter({ name, title, access = 'invited' }) {
      const before = state.get();
      const asked = client();
      if (before.at !== 'door' || before.entering || !asked) return;
      const { invite } = before;
      state.set({ ...before, entering: true, problem: hindranceOf(asked), name });
      try {
        const room =
          invite.kind === 'founder' ? await asked.found(invite.token, { name, title, access }) : await asked.join(invite, { name });
        if (asked === client()) comeInto(room);
      } catch (error) {
        if (asked === client()) state.set({ ...before, entering: false, problem: problemOf(error), name });
      }
    },

    noticeConnection() {
      const now = state.get();
      if (now.at === 'door' && now.entering) state.set({ ...now, problem: hindranceOf(client(), now.problem) });
    },
  };
}
