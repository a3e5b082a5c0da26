import { countFitting, type TransportFeedback } from '../../../../rtc/index.ts';
import { extendSequence } from './sequence.ts';

/** When packets arrived, for the media port's congestion control. */
export interface Arrivals {
  /** @param at in ms */
  add(sequence: number, at: number): void;
  /**
   * What came since the last time, and once more what was told the two times before; none where nothing came. A report that is lost would else look like
   * as many packets lost, and a packet that was overtaken like one.
   */
  take(): readonly Omit<TransportFeedback, 'sender' | 'media'>[];
}

/** Packets between the oldest and the newest that are remembered, and how long, in ms: later than that it was lost in every sense. */
const MOST = 2_000;
const REMEMBERED = 500;
/** Reports in which a packet is told of. */
const TIMES = 3;

export function createArrivals(): Arrivals {
  /** µs by number. */
  const at = new Map<number, number>();
  let highest: number | undefined;
  /** Where the last reports began that told something new, the oldest first. */
  let begun: number[] = [];
  /** The first number that was not told of yet; what is late moves it back. */
  let next: number | undefined;
  let count = 0;

  return {
    add(sequence, time) {
      const number = extendSequence(sequence, highest);
      if (highest !== undefined && number <= highest - MOST) return;
      if (highest !== undefined && number >= highest + MOST) {
        // A jump: what is in between was never sent.
        at.clear();
        begun = [];
        next = number;
      }
      if (at.has(number)) return;
      highest = Math.max(highest ?? number, number);
      at.set(number, Math.round(time * 1_000));
      next = Math.min(next ?? number, number);
      const oldest = begun[0] ?? next;
      for (const [old, came] of at) if (old < oldest && (time - REMEMBERED) * 1_000 > came) at.delete(old);
    },
    take() {
      const reports: Omit<TransportFeedback, 'sender' | 'media'>[] = [];
      if (next === undefined || highest === undefined || next > highest) return reports;
      begun = [...begun, next].slice(-TIMES);
      for (let first = Math.max(Math.min(...begun), highest - MOST + 1); first <= highest;) {
        const from = first;
        const all = Array.from({ length: highest - from + 1 }, (_, i) => at.get(from + i));
        const arrivals = all.slice(0, countFitting(all));
        // A report has to begin with something.
        if (arrivals.length === 0) break;
        reports.push({ kind: 'transport', feedbackCount: count++ & 0xff, base: first & 0xffff, arrivals });
        first += arrivals.length;
      }
      next = highest + 1;
      return reports;
    },
  };
}
