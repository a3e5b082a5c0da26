import { countFitting, MOST_ARRIVALS, type TransportFeedback } from '../../../rtc/index.ts';
import { countOn } from './numbers.ts';

/** When a publisher's packets arrived, by their transport-wide numbers: what its congestion control lives on. */
export interface Arrivals {
  /** @param media the stream that the packet was of */
  add(sequence: number, media: number, now: number): void;
  /** What to say now, if anything: every 10 to 20 ms. @param sender whoever speaks for us in RTCP */
  poll(now: number, sender: number): TransportFeedback[];
}

/** ms between two: sooner where there is much to tell. */
const [SOON, LATE] = [50, 100];
const MUCH = 20;
/** How far back one that is late is still told of: the sender has made up its mind about others. */
const MOST_LATE = 512;

export function createArrivals(): Arrivals {
  const times = new Float64Array(MOST_ARRIVALS).fill(Number.NaN);
  /** The first that was not told of yet, and the last that came. */
  let [begin, highest] = [0, -1];
  let media = 0;
  let [pending, last] = [0, -Infinity];
  let feedbackCount = 0;

  function place(index: number): boolean {
    if (highest < 0 || index - highest >= MOST_ARRIVALS) {
      times.fill(Number.NaN);
      [begin, highest] = [index, index];
      return true;
    }
    if (index <= highest - MOST_LATE || index < 0) return false;
    for (let i = highest + 1; i <= index; i++) times[i % MOST_ARRIVALS] = Number.NaN;
    highest = Math.max(highest, index);
    // Numbers before the first packet's are those of nobody; what fell out of the list cannot be told of.
    begin = Math.max(Math.min(begin, index), highest - MOST_ARRIVALS + 1);
    return Number.isNaN(times[index % MOST_ARRIVALS]);
  }

  return {
    add(sequence, ssrc, now) {
      const index = highest < 0 ? sequence + CYCLE : countOn(sequence, 16, highest);
      if (!place(index)) return;
      times[index % MOST_ARRIVALS] = now;
      media = ssrc;
      pending += 1;
      if (last === -Infinity) last = now;
    },
    poll(now, sender) {
      if (pending === 0 || now - last < (pending >= MUCH ? SOON : LATE)) return [];
      pending = 0;
      last = now;
      const said: TransportFeedback[] = [];
      while (begin <= highest) {
        const arrivals: (number | undefined)[] = [];
        for (let index = begin; index <= highest; index++) {
          const time = times[index % MOST_ARRIVALS] as number;
          arrivals.push(Number.isNaN(time) ? undefined : Math.round(time * 1000));
        }
        const count = countFitting(arrivals);
        said.push({ kind: 'transport', sender, media, feedbackCount, base: begin % CYCLE, arrivals: arrivals.slice(0, count) });
        feedbackCount = (feedbackCount + 1) % 256;
        begin += count;
      }
      return said;
    },
  };
}

const CYCLE = 2 ** 16;
