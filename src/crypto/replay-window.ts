/** Which counters were seen: each is taken once, and what lies too far behind is taken for seen. */
export interface ReplayWindow {
  has(counter: bigint): boolean;
  add(counter: bigint): void;
}

/** @param size counters behind the highest that may still come */
export function createReplayWindow(size: number): ReplayWindow {
  const seen = new Set<bigint>();
  let highest = -1n;
  const isBehind = (counter: bigint) => counter <= highest - BigInt(size);
  return {
    has: (counter) => isBehind(counter) || seen.has(counter),
    add(counter) {
      seen.add(counter);
      if (counter <= highest) return;
      // A jump forgets all at once, a step one: never more than the window is gone through.
      const before = highest;
      highest = counter;
      if (counter - before > BigInt(size)) {
        for (const old of [...seen]) if (isBehind(old)) seen.delete(old);
        return;
      }
      for (let old = before - BigInt(size) + 1n; old <= counter - BigInt(size); old++) seen.delete(old);
    },
  };
}
