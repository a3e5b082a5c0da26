import type { Clock } from '../clock.ts';

/** Whether a process still does something: one that hangs does not die, and nobody would notice. */
export interface Heartbeat {
  /** It answered. */
  hear(): void;
  stop(): void;
}

/** ms between two questions. */
const BEAT = 1_000;
/**
 * Beats without an answer. They are counted, and no time is: what passes while the relay itself does not run, as in a laptop that sleeps, is one beat
 * however long it is.
 */
const MOST_UNANSWERED = 10;

/** @param ask is answered by the event loop of the process @param onSilent it hangs; nothing is asked any more */
export function createHeartbeat(clock: Pick<Clock, 'after'>, ask: () => void, onSilent: (seconds: number) => void): Heartbeat {
  let unanswered = 0;
  let isAsked = false;
  let cancel = clock.after(BEAT, beat);

  function beat(): void {
    if (isAsked) unanswered += 1;
    else {
      isAsked = true;
      ask();
    }
    if (unanswered < MOST_UNANSWERED) cancel = clock.after(BEAT, beat);
    else onSilent((MOST_UNANSWERED * BEAT) / 1_000);
  }

  return {
    hear() {
      isAsked = false;
      unanswered = 0;
    },
    stop: () => cancel(),
  };
}
