import type { Clock, RandomBytes } from '../ports.ts';

/** When to ask again: sooner at first, at last every half minute, and at once when there is reason to. */
export interface Backoff {
  /** Runs `again` after a while, in the place of what was to run before. */
  later(again: () => void): void;
  /** Things go on: the next wait is a short one. */
  reset(): void;
  cancel(): void;
  readonly waits: boolean;
}

const FIRST = 500;
const LAST = 30_000;

export function createBackoff({ clock, random }: { readonly clock: Clock; readonly random: RandomBytes }): Backoff {
  let attempt = 0;
  let stop: (() => void) | null = null;

  function cancel(): void {
    stop?.();
    stop = null;
  }

  return {
    later(again) {
      cancel();
      const ceiling = Math.min(LAST, FIRST * 2 ** attempt);
      attempt = Math.min(attempt + 1, 16);
      // Half by chance: everybody in a room lost the relay at the same moment.
      stop = clock.after(ceiling / 2 + (ceiling / 2) * ((random(1)[0] as number) / 256), () => {
        stop = null;
        again();
      });
    },
    reset: () => void (attempt = 0),
    cancel,
    get waits() {
      return stop !== null;
    },
  };
}
