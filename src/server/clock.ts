/** Time comes in through a port, so that a simulation can own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once after `ms`. @returns cancel */
  after(ms: number, run: () => void): () => void;
}

/** Milliseconds since `then`; none where the clock was set back, which must not hold anything up. */
export function passedSince(then: number, clock: Clock): number {
  return Math.max(0, clock.now() - then);
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
