import type { Client, ConnectionState } from '../../client/index.ts';
import type { Observable } from './observable.ts';
import type { Front, Outside, PageState } from './page-state.ts';
import { type Problem, problemOf } from './problem.ts';

/** The way in by the address alone: asks what is there, comes in or knocks, and waits. */
export interface FrontDoor {
  /** Stands before it, and asks the relay what it leads to. */
  stand(problem?: Problem | null, name?: string): void;
  /** Waits on at a door at which this device knocked earlier. */
  wait(room: string): void;
  enter(name: string): Promise<void>;
  withdraw(): Promise<void>;
  /** A device that knocked is not let in. */
  turnAway(problem: Problem): void;
  noticeConnection(): void;
}

interface Ports {
  readonly state: Observable<PageState>;
  client(): Client | undefined;
  /** A room of which nothing is to be shown until this device is in it. */
  waitAt(room: string): void;
  comeInto(room: string): void;
  /** @returns what takes it back */
  after(ms: number, act: () => void): () => void;
}

/** A host whose first room is opened this moment is asked again without anybody's doing; ms. */
const ASK_AGAIN = 4_000;

export function createFrontDoor({ state, client, waitAt, comeInto, after }: Ports): FrontDoor {
  let cancelAsking = () => {};

  function outside(): Outside | undefined {
    const now = state.get();
    return now.at === 'outside' ? now : undefined;
  }

  function stand(problem: Problem | null = null, name?: string): void {
    const known = name ?? outside()?.name ?? '';
    state.set({ at: 'outside', front: { is: 'asked' }, name: known, entering: false, problem, hindrance: hindranceOf(client()) });
    void ask();
  }

  async function ask(): Promise<void> {
    cancelAsking();
    const asked = client();
    if (!asked) return;
    const front = await asked.front().then(
      ({ access, canKnock }): Front => ({ is: access === 'open' ? 'open' : canKnock ? 'invited' : 'closed' }),
      (error: unknown): Front => failureOf(problemOf(error)),
    );
    const now = outside();
    if (asked !== client() || !now) return;
    state.set({ ...now, front, hindrance: null });
    if (front.is !== 'missing' && front.is !== 'closed') return;
    cancelAsking();
    // Whoever has gone on meanwhile does not come back here by it.
    cancelAsking = after(ASK_AGAIN, () => outside()?.entering === false && void ask());
  }

  function wait(room: string): void {
    const asked = client();
    if (!asked) return;
    cancelAsking();
    waitAt(room);
    const { name } = asked.view(room);
    const words = asked.words(asked.device);
    state.set({ at: 'waiting', room, name, words, connection: asked.connection(), withdrawing: false });
  }

  return {
    stand,
    wait,

    async enter(name) {
      const before = outside();
      const asked = client();
      if (!before || before.entering || !asked) return;
      state.set({ ...before, name, entering: true, problem: null, hindrance: hindranceOf(asked) });
      try {
        const room = await asked.knock({ name });
        const { at } = state.get();
        // Whoever reads another conversation meanwhile is not torn out of it.
        if (asked === client() && (at === 'outside' || at === 'waiting')) comeInto(room);
      } catch (error) {
        if (asked !== client()) return;
        const problem = problemOf(error);
        const now = outside();
        if (now && problem.code.startsWith('name_')) state.set({ ...now, entering: false, problem });
        else turnAway(problem);
      }
    },

    async withdraw() {
      const now = state.get();
      if (now.at !== 'waiting' || now.withdrawing) return;
      state.set({ ...now, withdrawing: true });
      const problem = await client()
        ?.withdraw(now.room)
        .then(() => ({ code: 'withdrawn', detail: {} }), problemOf);
      if (problem) turnAway(problem);
    },

    turnAway,

    noticeConnection() {
      const now = state.get();
      const asked = client();
      if (!asked) return;
      const connected = asked.connection().state === 'connected';
      if (now.at === 'outside' && now.front.is === 'failed' && connected) void ask();
      if (now.at === 'waiting') state.set({ ...now, connection: asked.connection() });
      if (now.at === 'outside' && (now.entering || now.front.is === 'asked'))
        state.set({ ...now, hindrance: hindranceOf(asked, now.hindrance) });
    },
  };

  function turnAway(problem: Problem): void {
    const now = state.get();
    if (now.at !== 'waiting' && !(now.at === 'outside' && now.entering)) return;
    // Going away oneself is no trouble.
    stand(problem.code === 'withdrawn' ? null : problem, now.name);
  }
}

function failureOf(problem: Problem): Front {
  return problem.code === 'not_founded' ? { is: 'missing' } : { is: 'failed', problem };
}

/** Why something that waits for the relay takes so long; while it is tried again, the last reason. */
export function hindranceOf(client: { connection(): ConnectionState } | undefined, before: Problem | null = null): Problem | null {
  const connection = client?.connection();
  if (connection?.state === 'offline') return { code: connection.code, detail: connection.detail ?? {} };
  return connection?.state === 'connected' ? null : before;
}
