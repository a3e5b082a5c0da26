import { useSyncExternalStore } from 'react';

/** One value that changes, outside React: what the page knows lives here, components only look at it. */
export interface Observable<T> {
  get(): T;
  set(next: T): void;
  subscribe(listener: () => void): () => void;
}

export function createObservable<T>(initial: T): Observable<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export function useObservable<T>(observable: Pick<Observable<T>, 'get' | 'subscribe'>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}
