import type { Clock } from '../../src/client/index.ts';

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** The time of the next timer; undefined when there is none. */
  nextAt(): number | undefined;
  /** Moves to the next timer and runs it. @returns false when there is none */
  runNext(): boolean;
}

export function createVirtualClock(start = 1_700_000_000_000): VirtualClock {
  let now = start;
  let count = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const next = () => [...timers].toSorted(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  return {
    now: () => now,
    after(ms, run) {
      const key = ++count;
      timers.set(key, { at: now + ms, run });
      return () => void timers.delete(key);
    },
    nextAt: () => next()?.[1].at,
    runNext() {
      const first = next();
      if (!first) return false;
      timers.delete(first[0]);
      now = Math.max(now, Math.ceil(first[1].at));
      first[1].run();
      return true;
    },
  };
}
