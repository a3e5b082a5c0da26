import type { Transfer } from '../../client/index.ts';
import { createObservable, type Observable } from './observable.ts';
import { type Problem, problemOf } from './problem.ts';
import type { Business } from './reloader.ts';
import { createTransferRates, type Pace } from './transfer-rates.ts';

/** A transfer as it is drawn. */
export interface ShownTransfer extends Pace {
  readonly id: string;
  readonly room: string;
  readonly direction: 'up' | 'down';
  readonly name: string;
  /** The blob, where there is one. */
  readonly file: string | null;
  /** `preparing`: the page makes a preview, the engine does not know of it yet. */
  readonly state: Transfer['state'] | 'preparing';
  readonly done: number;
  readonly total: number | null;
  /** Why it waits, failed, or could not be given its file again. */
  readonly problem: Problem | null;
  readonly folder: boolean;
  readonly canRetry: boolean;
}

export type Extras = Pick<ShownTransfer, 'canRetry'>;

/** What is on its way, in the order in which it was begun. */
export interface ShownTransfers {
  readonly observable: Observable<readonly ShownTransfer[]>;
  find(id: string): ShownTransfer | undefined;
  put(next: ShownTransfer): void;
  drop(id: string): void;
  /** The engine knows it by another name from now on; it keeps its place. */
  rename(before: string, id: string): void;
  /** As the engine tells it. */
  take(transfer: Transfer, extras: Extras): ShownTransfer;
}

const NO_PACE: Pace = { rate: null, left: null };
const RESTING: readonly ShownTransfer['state'][] = ['absent', 'paused', 'done', 'failed', 'cancelled'];

export function isResting({ state }: ShownTransfer): boolean {
  return RESTING.includes(state);
}

export function preparing(
  id: string,
  about: Pick<ShownTransfer, 'room' | 'direction' | 'name' | 'file' | 'total'> & Partial<Pick<ShownTransfer, 'folder' | 'canRetry'>>,
): ShownTransfer {
  return { id, state: 'preparing', done: 0, ...NO_PACE, problem: null, folder: false, canRetry: false, ...about };
}

export function createShownTransfers(business: Business, now: () => number): ShownTransfers {
  const observable = createObservable<readonly ShownTransfer[]>([]);
  const rates = createTransferRates();
  let endBusiness: (() => void) | undefined;

  function set(next: readonly ShownTransfer[]): void {
    observable.set(next);
    // A reload of the page's own accord would take the file from under an upload.
    const busy = next.some((shown) => !isResting(shown));
    if (busy) endBusiness ??= business.begin();
    else {
      endBusiness?.();
      endBusiness = undefined;
    }
  }

  const find = (id: string) => observable.get().find((shown) => shown.id === id);

  function put(next: ShownTransfer): void {
    const before = observable.get();
    set(find(next.id) ? before.map((shown) => (shown.id === next.id ? next : shown)) : [...before, next]);
  }

  return {
    observable,
    find,
    put,
    drop(id) {
      rates.forget(id);
      set(observable.get().filter((shown) => shown.id !== id));
    },
    rename(before, id) {
      const known = find(id);
      const others = observable.get().filter((shown) => shown !== known);
      set(others.map((shown) => (shown.id === before ? { ...(known ?? shown), id } : shown)));
    },
    take({ id, room, direction, name, folder, file, state, done, total, began, error }, extras) {
      if (state !== 'running') rates.forget(id);
      const pace = state === 'running' ? rates.seen(id, now(), done, total, began) : NO_PACE;
      const next = {
        id,
        room,
        direction,
        name,
        folder,
        file,
        state,
        done,
        total,
        ...pace,
        problem: error ? problemOf(error) : null,
        ...extras,
      };
      put(next);
      return next;
    },
  };
}
