import type { Clock } from '../ports.ts';
import type { LiveTransfer } from './live.ts';

/** Tells where transfers stand: what is new at once, and how far they are at most five times a second. */
export interface Teller {
  state(live: LiveTransfer): void;
  progress(live: LiveTransfer): void;
  forget(live: LiveTransfer): void;
}

const PAUSE = 200;

export function createTeller(clock: Clock, tell: (live: LiveTransfer) => void): Teller {
  const cancels = new Map<LiveTransfer, () => void>();
  const moved = new Set<LiveTransfer>();

  function state(live: LiveTransfer): void {
    cancels.get(live)?.();
    moved.delete(live);
    cancels.set(
      live,
      clock.after(PAUSE, () => {
        cancels.delete(live);
        if (moved.has(live)) state(live);
      }),
    );
    tell(live);
  }

  return {
    state,
    progress(live) {
      if (cancels.has(live)) moved.add(live);
      else state(live);
    },
    forget(live) {
      cancels.get(live)?.();
      cancels.delete(live);
      moved.delete(live);
    },
  };
}
