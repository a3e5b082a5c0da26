import type { TransportFeedback } from '../../../rtc/index.ts';
import { createDelayTrend } from './delay-trend.ts';
import { createRate } from './rate.ts';
import { createSentHistory } from './sent-history.ts';
import { createStandingQueue } from './standing-queue.ts';

/**
 * How much the way to one receiver carries: by delay and by loss, as in draft-ietf-rmcat-gcc-02. It hopes at first, because a local network carries
 * more than a call needs; and it tries more out with the pictures themselves, not with padding: who forwards has no other packets that would be of use.
 */
export interface Bandwidth {
  /** The transport-wide number of the packet that is sent next, modulo 2^16. */
  nextNumber(): number;
  /** The packet of the last number left, in so many bytes. @param now no later than it left */
  sent(bytes: number, now: number): void;
  /** The receiver says what came. */
  acknowledge(feedback: TransportFeedback, now: number): void;
  /** This process was late, and maybe the machine with all that runs on it: what is under way around now tells of that, and not of the way. */
  excuse(now: number): void;
  /** Bits a second. Also how much is lost without a word: where nothing comes back, less is sent. */
  estimate(now: number): number;
}

/** Bits a second: what is hoped for, the sound of a few people at least, and more than anybody sends. */
const [FIRST, LEAST, MOST] = [5_000_000, 100_000, 100_000_000];
/**
 * A queue that is not very long leaves room for a voice and the smallest picture, which is what a call is: the queues of others, and of machines that
 * have no time, do not go away because we are silent. Bits a second, ms.
 */
const [UNDOUBTED, VERY_LONG_QUEUE] = [250_000, 150];
/** After a queue was seen (section 5.5), so much of what arrived. */
const BACK_OFF = 0.85;
/** A second, while nothing is wrong: by this factor; by this part, and so many bits at least, near where it was too much. */
const [GROWTH, STEP, LEAST_STEP] = [1.08, 0.04, 40_000];
/** Between two decreases, in ms: what is still under way says nothing of the first. */
const CALM = 300;
/** ms for which what was too much is not tried again, doubled each time that it fails. */
const [FIRST_WAIT, LONGEST_WAIT] = [4_000, 60_000];
/** ms that a queue stands: less is none whatever the gradient says, more is one even if it does not grow. */
const [SOME_QUEUE, LONG_QUEUE] = [12, 60];
/** What was sent so many ms before what has arrived, and has not, is lost. */
const REORDERING = 150;
/** Of what was sent (section 6): up to the first all is well, from the second on it is too much. */
const [LITTLE_LOSS, MUCH_LOSS] = [0.02, 0.1];
/** Packets that are counted before anything is made of it, and how much of what was so before is believed: radio loses in heaps. */
const [COUNTED, BELIEVED] = [25, 0.88];
/** ms after this process was late in which no delay is believed: reports are about what was before them. */
const EXCUSED = 1_000;
/** ms without a word, though something was sent, after which half is sent. */
const SILENCE = 1_000;

export function createBandwidth(): Bandwidth {
  const history = createSentHistory();
  const trend = createDelayTrend();
  const queue = createStandingQueue();
  const arrivedRate = createRate(500);
  let rate = FIRST;
  /** What was too much, while it is remembered. */
  let ceiling = Infinity;
  let lifted = -Infinity;
  let wait = FIRST_WAIT;
  let [lastDecrease, lastGrowth, lastWord, lastSent, newestSent] = [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity];
  let excusedUntil = -Infinity;
  let counts = { arrived: 0, lost: 0 };
  let loss = 0;

  function decrease(to: number, now: number): void {
    if (now - lastDecrease < CALM) return;
    // More was tried just before, and failed again.
    if (ceiling === Infinity) wait = now - lifted < wait ? Math.min(LONGEST_WAIT, 2 * wait) : FIRST_WAIT;
    lastDecrease = now;
    ceiling = Math.min(rate, Math.max(LEAST, to / BACK_OFF));
    rate = Math.max(LEAST, Math.min(rate, to));
  }

  /** @param isSure nothing at all is wrong; else there is loss that no queue explains, as radio has it */
  function grow(now: number, isSure: boolean): void {
    const passed = Math.min(1, Math.max(0, (now - lastGrowth) / 1000));
    lastGrowth = now;
    if (ceiling !== Infinity && now - lastDecrease > wait) [ceiling, lifted] = [Infinity, now];
    const grown =
      ceiling === Infinity && isSure
        ? rate * GROWTH ** passed
        : Math.min(Math.max(rate, ceiling), rate + Math.max(LEAST_STEP, STEP * rate) * passed);
    // Beyond what was hoped for, only as far as it is made use of.
    const proven = Math.max(FIRST, 1.5 * arrivedRate.at(newestArrival));
    rate = Math.min(MOST, Math.max(rate, Math.min(grown, proven)));
  }

  let newestArrival = 0;
  function countLoss(now: number): void {
    const { arrived, lost } = history.settle(newestSent - REORDERING);
    counts = { arrived: counts.arrived + arrived, lost: counts.lost + lost };
    const all = counts.arrived + counts.lost;
    if (newestSent - REORDERING < lastDecrease) {
      // Lost before something was done about it.
      [counts, loss] = [{ arrived: 0, lost: 0 }, 0];
      return;
    }
    if (all < COUNTED) return;
    loss = BELIEVED * loss + (1 - BELIEVED) * (counts.lost / all);
    counts = { arrived: 0, lost: 0 };
    if (loss > MUCH_LOSS) decrease(Math.min(rate, 1.2 * arrivedRate.at(newestArrival)) * (1 - 0.5 * loss), now);
  }

  return {
    nextNumber: () => history.next(),
    sent(bytes, now) {
      history.sent(bytes, now);
      // Who was told nothing for long is not silent because of that.
      if (now - lastSent > SILENCE || lastWord === -Infinity) lastWord = now;
      lastSent = now;
    },
    excuse(now) {
      excusedUntil = now + EXCUSED;
      // What was said meanwhile has not been read yet.
      if (lastWord !== -Infinity) lastWord = now;
    },
    acknowledge({ base, arrivals }, now) {
      const isExcused = now < excusedUntil;
      const first = history.indexOf(base);
      for (let i = 0; i < arrivals.length; i++) {
        const arrival = arrivals[i];
        if (arrival === undefined) {
          history.miss(first + i);
          continue;
        }
        const known = history.acknowledge(first + i);
        if (known === undefined) continue;
        const arrived = arrival / 1000;
        newestArrival = Math.max(newestArrival, arrived);
        newestSent = Math.max(newestSent, known.sent);
        arrivedRate.add(known.bytes, arrived);
        if (isExcused) continue;
        trend.add(known.sent, arrived);
        queue.add(arrived - known.sent, known.sent);
      }
      lastWord = now;
      countLoss(now);
      if (isExcused) {
        // Nor is it known that there is more room: what is lost still counts.
        lastGrowth = now;
        return;
      }
      const isQueued = queue.length > SOME_QUEUE && (trend.state === 'over' || (queue.length > LONG_QUEUE && trend.state === 'normal'));
      if (isQueued) decrease(Math.max(queue.length > VERY_LONG_QUEUE ? LEAST : UNDOUBTED, BACK_OFF * arrivedRate.at(newestArrival)), now);
      else if (queue.length <= SOME_QUEUE && loss <= MUCH_LOSS) grow(now, loss <= LITTLE_LOSS);
      else lastGrowth = now;
    },
    estimate(now) {
      if (lastSent > lastWord && now - lastWord > SILENCE) {
        rate = Math.max(LEAST, rate / 2);
        lastWord = now;
        lastDecrease = now;
      }
      return rate;
    },
  };
}
