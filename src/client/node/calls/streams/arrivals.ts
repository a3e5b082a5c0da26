import { countFitting, type TransportFeedback } from '../../../../rtc/index.ts';
import { extendSequence } from './sequence.ts';

/** When packets arrived, for the media port's congestion control. */
export interface Arrivals {
  /** @param at in ms */
  add(sequence: number, at: number): void;
  /**
   * What came since the last time, as one or more reports; none where nothing came. One that was overtaken and told as lost is told once more, with
   * those around it: else a network that shuffles would look like one that loses.
   */
  take(): readonly Omit<TransportFeedback, 'sender' | 'media'>[];
}

/** Packets between the oldest and the newest that are remembered, and how long, in ms: later than that it was lost in every sense. */
const MOST = 2_000;
const REMEMBERED = 500;

export function createArrivals(): Arrivals {
  /** µs by number. */
  const at = new Map<number, number>();
  let highest: number | undefined;
  /** The first of the next report. */
  let base: number | undefined;
  let count = 0;

  function forget(now: number): void {
    for (const [number, time] of at) if (number < (base ?? 0) && now - time > REMEMBERED * 1_000) at.delete(number);
  }

  return {
    add(sequence, time) {
      const number = extendSequence(sequence, highest);
      if (highest !== undefined && number <= highest - MOST) return;
      if (highest !== undefined && number >= highest + MOST) {
        // A jump: what is in between was never sent.
        at.clear();
        base = number;
      }
      if (at.has(number)) return;
      highest = Math.max(highest ?? number, number);
      at.set(number, Math.round(time * 1_000));
      base = Math.min(base ?? number, number);
      forget(time * 1_000);
    },
    take() {
      const reports: Omit<TransportFeedback, 'sender' | 'media'>[] = [];
      while (base !== undefined && highest !== undefined && base <= highest) {
        const first = base;
        const all = Array.from({ length: highest - first + 1 }, (_, i) => at.get(first + i));
        const arrivals = all.slice(0, countFitting(all));
        // A report has to begin with something.
        if (arrivals.length === 0) break;
        reports.push({ kind: 'transport', feedbackCount: count++ & 0xff, base: first & 0xffff, arrivals });
        base = first + arrivals.length;
      }
      return reports;
    },
  };
}
