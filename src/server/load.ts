import type { Clock } from './clock.ts';

/** What connections hold of the relay's memory. */
export interface Load {
  /** Bytes that all of them hold, not older than a moment: adding them up at each write would cost more than it saves. */
  total(): number;
}

const FRESH = 100;

export function createLoad(clock: Clock, holders: Iterable<{ readonly held: number }>): Load {
  let bytes = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  return {
    total() {
      if (Math.abs(clock.now() - countedAt) < FRESH) return bytes;
      countedAt = clock.now();
      bytes = 0;
      for (const { held } of holders) bytes += held;
      return bytes;
    },
  };
}
