/** How often one receiver is heard that asks for key frames: one that cannot open what it gets would ask without end, at the cost of all others. */
export interface Patience {
  /** @returns whether to listen */
  ask(now: number): boolean;
}

/** ms between two that are heard: at first, and at most. A picture that stands longer than the latter looks broken. */
const [SHORTEST, LONGEST] = [500, 2_000];
/** Who has not asked for so long, in ms, is heard as at first. */
const QUIET = 10_000;

export function createPatience(): Patience {
  let wait = 0;
  let heard = -Infinity;
  let asked = -Infinity;
  return {
    ask(now) {
      if (now - asked >= QUIET) wait = 0;
      asked = now;
      if (now - heard < wait) return false;
      heard = now;
      wait = Math.min(LONGEST, Math.max(SHORTEST, 2 * wait));
      return true;
    },
  };
}
