/** Which packets of a stream did not come, and when to ask for them again (RFC 4585 section 6.2.1). */
export interface Missing {
  /** Packets from `from` on, before `to`, were passed over. @returns false where these are too many to ask for: none is awaited any more */
  add(from: number, to: number, now: number): boolean;
  /** One is here. `isRepeat`: because it was asked for. @returns false for one that nobody waits for */
  take(index: number, isRepeat: boolean, now: number): boolean;
  /** @returns the indices to ask for now. Those that were awaited in vain are said to `onGivenUp`, and forgotten */
  poll(now: number, roundTrip: number, onGivenUp: (index: number) => void): number[];
  clear(): void;
}

export interface MissingLimits {
  /** Packets that are awaited at once. */
  readonly most: number;
  /** ms from when one is missing; then it is of no use any more. */
  readonly patience: number;
}

interface Gap {
  readonly since: number;
  tries: number;
  /** When it is asked for next. */
  at: number;
}

const MOST_TRIES = 12;
/** Packets overtake each other by so many ms without being lost: at first, and what is believed at most. */
const [LEAST_WAIT, MOST_WAIT] = [8, 60];
/** Each packet that was lost indeed makes the wait shorter: the network was in disorder, and may be no longer. */
const CALMING = 0.9;
/** Between two askings at the least, in ms. */
const LEAST_AGAIN = 15;

export function createMissing({ most, patience }: MissingLimits): Missing {
  const gaps = new Map<number, Gap>();
  let wait = LEAST_WAIT;
  return {
    add(from, to, now) {
      if (gaps.size + to - from > most) {
        gaps.clear();
        return false;
      }
      for (let index = from; index < to; index++) gaps.set(index, { since: now, tries: 0, at: now + wait });
      return true;
    },
    take(index, isRepeat, now) {
      const gap = gaps.get(index);
      if (gap === undefined) return false;
      gaps.delete(index);
      wait = isRepeat ? Math.max(LEAST_WAIT, wait * CALMING) : Math.max(wait, Math.min(MOST_WAIT, 1.25 * (now - gap.since)));
      return true;
    },
    poll(now, roundTrip, onGivenUp) {
      const due: number[] = [];
      for (const [index, gap] of gaps) {
        if (now - gap.since >= patience || (gap.tries >= MOST_TRIES && now >= gap.at)) {
          gaps.delete(index);
          onGivenUp(index);
        } else if (now >= gap.at) {
          gap.tries += 1;
          // Half as long again as an answer takes; an answer that is lost too must not cost more than that.
          gap.at = now + Math.max(LEAST_AGAIN, 1.5 * roundTrip);
          due.push(index);
        }
      }
      return due;
    },
    clear() {
      gaps.clear();
    },
  };
}
