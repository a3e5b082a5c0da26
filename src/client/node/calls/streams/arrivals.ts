import { countFitting, type TransportFeedback } from '../../../../rtc/index.ts';
import { extendSequence } from './sequence.ts';

/** When packets arrived, for the media port's congestion control: what is told once is forgotten. */
export interface Arrivals {
  /** @param at in ms */
  add(sequence: number, at: number): void;
  /** What came since the last time, as one or more reports; none where nothing came. */
  take(): readonly Omit<TransportFeedback, 'sender' | 'media'>[];
}

/** A tenth of a second of the fastest link that we would be on. */
const MOST = 2_000;

export function createArrivals(): Arrivals {
  const at = new Map<number, number>();
  let highest: number | undefined;
  /** The first that was not told yet: what is missing before it was told as lost. */
  let base: number | undefined;
  let count = 0;
  return {
    add(sequence, time) {
      const number = extendSequence(sequence, highest);
      if (base !== undefined && (number < base || number - base >= MOST)) {
        // Late beyond use, or a jump: what is in between is not worth being told.
        if (number < base) return;
        at.clear();
        base = number;
      }
      base ??= number;
      highest = Math.max(highest ?? number, number);
      at.set(number, Math.round(time * 1_000));
    },
    take() {
      const reports: Omit<TransportFeedback, 'sender' | 'media'>[] = [];
      while (base !== undefined && highest !== undefined && at.size > 0) {
        const first = base;
        const all = Array.from({ length: highest - first + 1 }, (_, i) => at.get(first + i));
        const arrivals = all.slice(0, countFitting(all));
        // A report has to begin with something.
        if (arrivals.length === 0) break;
        reports.push({ kind: 'transport', feedbackCount: count++ & 0xff, base: first & 0xffff, arrivals });
        for (let i = 0; i < arrivals.length; i++) at.delete(first + i);
        base = first + arrivals.length;
      }
      return reports;
    },
  };
}
