/** A seeded generator (mulberry32): the same seed gives the same run, so that a failing one can be replayed by number. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of them, as often as its weight says. */
  weighted<T>(list: Weighted<T>): T;
  chance(probability: number): boolean;
  bytes(size: number): Uint8Array;
}

export type Weighted<T> = ReadonlyArray<readonly [weight: number, value: T]>;

export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    weighted: <T>(list: Weighted<T>) => {
      let at = below(list.reduce((sum, [weight]) => sum + weight, 0));
      return list.find(([weight]) => (at -= weight) < 0)?.[1] as T;
    },
    chance: (probability) => next() < probability,
    bytes: (size) => Uint8Array.from({ length: size }, () => below(256)),
  };
}
