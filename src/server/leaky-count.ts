import { type Clock, passedSince } from './clock.ts';

/** Counts by key; what is counted runs off with time. */
export interface LeakyCount {
  of(key: string): number;
  add(key: string): void;
}

export interface Leak {
  /** Milliseconds in which a count falls by one. */
  readonly fall: number;
  /** No count grows beyond it. */
  readonly most: number;
  /** Keys that are remembered; past it the one that was quiet for longest is forgotten. */
  readonly keys: number;
}

export function createLeakyCount(clock: Clock, { fall, most, keys }: Leak): LeakyCount {
  const countsByKey = new Map<string, { readonly count: number; readonly at: number }>();

  function of(key: string): number {
    const known = countsByKey.get(key);
    return known ? Math.max(0, known.count - passedSince(known.at, clock) / fall) : 0;
  }

  return {
    of,
    add(key) {
      const count = Math.min(of(key) + 1, most);
      countsByKey.delete(key);
      countsByKey.set(key, { count, at: clock.now() });
      const [oldest] = countsByKey.keys();
      if (countsByKey.size > keys && oldest !== undefined) countsByKey.delete(oldest);
    },
  };
}
