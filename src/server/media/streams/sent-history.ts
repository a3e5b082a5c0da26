import { countOn } from './numbers.ts';

/** What was sent to one receiver by its transport-wide numbers, until it has said what of it came. */
export interface SentHistory {
  /** The number for the next packet. */
  next(): number;
  /** The packet of the last number left. */
  sent(bytes: number, now: number): void;
  /** One arrived. @returns undefined for one that is not known, or was told of before */
  acknowledge(index: number): { readonly sent: number; readonly bytes: number } | undefined;
  /** A number as it travels, counted on. */
  indexOf(number: number): number;
  /** The receiver has told of this one, and that it had not come. */
  miss(index: number): void;
  /**
   * What was sent before this has arrived by now or never will. @returns how many of those that were not counted yet. Of what the receiver has not told
   * nobody knows: what it said got lost, which is half of what a bad network loses.
   */
  settle(sentBefore: number): { readonly arrived: number; readonly lost: number };
}

/** Packets whose fate is not known: seconds of a busy screen. A power of two. */
const CAPACITY = 8_192;
const CYCLE = 2 ** 16;
const [UNKNOWN, MISSED, ARRIVED] = [0, 1, 2];

export function createSentHistory(): SentHistory {
  const times = new Float64Array(CAPACITY);
  /** Zero: never left. */
  const sizes = new Uint16Array(CAPACITY);
  const fates = new Uint8Array(CAPACITY);
  let last = CYCLE - 1;
  let settled = CYCLE - 1;
  const isKnown = (index: number) => index > last - CAPACITY && index <= last && sizes[index % CAPACITY] !== 0;
  return {
    next() {
      last += 1;
      sizes[last % CAPACITY] = 0;
      return last % CYCLE;
    },
    sent(bytes, now) {
      times[last % CAPACITY] = now;
      sizes[last % CAPACITY] = Math.min(0xffff, bytes);
      fates[last % CAPACITY] = UNKNOWN;
    },
    acknowledge(index) {
      const place = index % CAPACITY;
      if (!isKnown(index) || fates[place] === ARRIVED) return undefined;
      fates[place] = ARRIVED;
      return { sent: times[place] as number, bytes: sizes[place] as number };
    },
    miss(index) {
      if (isKnown(index) && fates[index % CAPACITY] === UNKNOWN) fates[index % CAPACITY] = MISSED;
    },
    indexOf: (number) => countOn(number, 16, last),
    settle(sentBefore) {
      const counted = { arrived: 0, lost: 0 };
      settled = Math.max(settled, last - CAPACITY);
      while (settled < last) {
        const place = (settled + 1) % CAPACITY;
        if (sizes[place] !== 0) {
          if ((times[place] as number) >= sentBefore) break;
          if (fates[place] === ARRIVED) counted.arrived += 1;
          else if (fates[place] === MISSED) counted.lost += 1;
        }
        settled += 1;
      }
      return counted;
    },
  };
}
