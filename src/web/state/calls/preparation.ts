import type { CallDevices } from '../../../client/browser/calls/contract.ts';
import { createObservable, type Observable } from '../observable.ts';
import { type Problem, problemOf } from '../problem.ts';

/** Sources that one looks at before a call. */
export type OwnSource = 'microphone' | 'camera';

/** What one means to come in with. */
export type Wanted = Readonly<Record<OwnSource, boolean>>;

export interface Readiness {
  readonly wanted: boolean;
  /** The browser, or the person, is being asked for it. */
  readonly opening: boolean;
  /** Why it is not there; then it is not wanted either. */
  readonly problem: Problem | null;
}

export type Preparing = Readonly<Record<OwnSource, Readiness>>;

/** Camera and microphone before a call: each by itself, so that one that is missing does not keep the other. */
export interface Preparation {
  readonly state: Observable<Preparing>;
  /** Opens what is wanted. */
  begin(): void;
  want(source: OwnSource, wanted: boolean): void;
  /** What comes later is not told any more. */
  end(): void;
}

const both = { wanted: true, opening: false, problem: null };

export function createPreparation(devices: Pick<CallDevices, 'preview'>, first: Wanted): Preparation {
  const state = createObservable<Preparing>({
    microphone: { ...both, wanted: first.microphone },
    camera: { ...both, wanted: first.camera },
  });
  /** One after the other for each source: a camera cannot be opened while it is being let go of. */
  const queues: Record<OwnSource, Promise<void>> = { microphone: Promise.resolve(), camera: Promise.resolve() };
  let over = false;

  function put(source: OwnSource, change: Partial<Readiness>): void {
    const now = state.get();
    if (!over) state.set({ ...now, [source]: { ...now[source], ...change } });
  }

  async function follow(source: OwnSource): Promise<void> {
    const { wanted } = state.get()[source];
    if (over) return;
    try {
      await devices.preview(source, wanted);
      if (state.get()[source].wanted === wanted) put(source, { opening: false });
    } catch (error) {
      if (state.get()[source].wanted === wanted) put(source, { wanted: false, opening: false, problem: problemOf(error) });
    }
  }

  function want(source: OwnSource, wanted: boolean): void {
    put(source, { wanted, opening: wanted, problem: null });
    queues[source] = queues[source].then(() => follow(source));
  }

  return {
    state,
    want,
    begin() {
      over = false;
      for (const source of ['microphone', 'camera'] as const) if (state.get()[source].wanted) want(source, true);
    },
    end() {
      over = true;
    },
  };
}
