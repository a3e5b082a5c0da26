import { describe, expect, it } from 'vitest';
import { createDelayTrend } from '../../../../src/server/media/streams/delay-trend.ts';
import { createSentHistory } from '../../../../src/server/media/streams/sent-history.ts';
import { createStandingQueue } from '../../../../src/server/media/streams/standing-queue.ts';
import { type LinkOptions, run } from './support/link.ts';

const always = (value: number) => () => value;
const MEGA = 1_000_000;
/** More than there is room for. */
const greedy = always(1_000 * MEGA);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const estimates = (options: LinkOptions) => run(options).map(({ estimate }) => estimate);

describe('what a way carries', () => {
  it.each([
    ['300 kbit/s', 0.3 * MEGA],
    ['1 Mbit/s', MEGA],
    ['3 Mbit/s', 3 * MEGA],
    ['12 Mbit/s', 12 * MEGA],
  ])('is found, without a queue that stands: %s', (_name, capacity) => {
    const seconds = run({ capacity: always(capacity), demand: greedy, seconds: 60 });
    const settled = seconds.slice(15);
    expect(mean(settled.map(({ estimate }) => estimate)) / capacity).toBeGreaterThan(0.7);
    expect(mean(settled.map(({ estimate }) => estimate)) / capacity).toBeLessThan(1.05);
    expect(mean(settled.map(({ queued }) => queued))).toBeLessThan(130);
    expect(mean(settled.map(({ lost, sent }) => lost / sent))).toBeLessThan(0.02);
  });

  it('is hoped for at first, and not doubted while what is sent fits', () => {
    for (const demand of [0.2, 1, 3])
      expect(Math.min(...estimates({ capacity: always(4 * MEGA), demand: always(demand * MEGA), seconds: 20 }))).toBe(5 * MEGA);
  });

  it('is followed down within two seconds, and up again', () => {
    const capacity = (now: number) => (now < 20_000 || now >= 40_000 ? 3 : 1) * MEGA;
    const seconds = estimates({ capacity, demand: greedy, seconds: 100 });
    expect(Math.max(...seconds.slice(22, 40))).toBeLessThan(1.4 * MEGA);
    expect(Math.min(...seconds.slice(80))).toBeGreaterThan(2 * MEGA);
  });

  it('is no less because packets overtake each other or some are lost, as radio has it', () => {
    for (const seed of [1, 2, 3]) {
      const seconds = estimates({ capacity: always(100 * MEGA), demand: always(1.5 * MEGA), jitter: 50, loss: 0.05, seconds: 60, seed });
      expect(Math.min(...seconds)).toBeGreaterThan(1.5 * MEGA);
    }
    expect(mean(estimates({ capacity: always(MEGA), demand: greedy, jitter: 50, loss: 0.03, seconds: 60 }).slice(20))).toBeGreaterThan(
      0.7 * MEGA,
    );
  });

  it('is no less because what the receiver says is lost, too', () => {
    for (const answersLost of [0.05, 0.3]) {
      const lost = { loss: 0.05, answersLost };
      const seconds = estimates({ capacity: always(100 * MEGA), demand: always(0.2 * MEGA), jitter: 50, seconds: 120, ...lost });
      expect(Math.min(...seconds)).toBeGreaterThanOrEqual(5 * MEGA);
      // What is lost of that which it did tell of counts all the same.
      expect(estimates({ capacity: always(100 * MEGA), demand: always(2 * MEGA), seconds: 20, ...lost, loss: 0.3 }).at(-1)).toBeLessThan(
        MEGA,
      );
    }
  });

  it('is not judged by what comes while this process is late, but for what is lost', () => {
    const aside = (now: number) => (now % 10_000 > 5_000 ? 100 : 0);
    const way = { capacity: always(100 * MEGA), demand: always(MEGA), seconds: 40 };
    expect(Math.min(...estimates({ ...way, aside }))).toBeLessThan(MEGA);
    const isLate = (now: number) => now % 10_000 > 4_500;
    expect(Math.min(...estimates({ ...way, aside, isLate }))).toBe(5 * MEGA);
    expect(estimates({ ...way, demand: always(2 * MEGA), loss: 0.3, isLate: () => true }).at(-1)).toBeLessThan(MEGA);
    // What was not known to be full before is not known to have room either.
    expect(Math.max(...estimates({ ...way, demand: greedy, isLate: () => true }))).toBe(5 * MEGA);
    // Once it is in time again, delays count.
    const full = estimates({ ...way, capacity: always(MEGA), demand: greedy, isLate: (now) => now < 5_000 });
    expect(Math.max(...full.slice(8))).toBeLessThan(1.4 * MEGA);
  });

  it('leaves room for a voice and the smallest picture where something stands in the way that we did not put there', () => {
    const way = { capacity: always(100 * MEGA), demand: always(0.2 * MEGA), seconds: 40 };
    expect(Math.min(...estimates({ ...way, aside: (now) => (now % 6_000 > 3_000 ? 100 : 0) }))).toBeGreaterThanOrEqual(0.25 * MEGA);
    for (const capacity of [0.15, 0.2]) {
      const seconds = run({ capacity: always(capacity * MEGA), demand: greedy, seconds: 60 }).slice(15);
      expect(mean(seconds.map(({ queued }) => queued))).toBeLessThan(200);
      expect(mean(seconds.map(({ estimate }) => estimate))).toBeLessThan(1.05 * capacity * MEGA);
      expect(mean(seconds.map(({ lost, sent }) => lost / sent))).toBeLessThan(0.02);
    }
  });

  it('is less where much is lost, even without a queue', () => {
    const seconds = run({ capacity: always(MEGA), demand: greedy, queue: 30, seconds: 40 });
    expect(mean(seconds.slice(10).map(({ lost, sent }) => lost / sent))).toBeLessThan(0.2);
    expect(Math.max(...seconds.slice(5).map(({ estimate }) => estimate))).toBeLessThan(1.1 * MEGA);
    expect(estimates({ capacity: always(100 * MEGA), demand: always(2 * MEGA), loss: 0.3, seconds: 20 }).at(-1)).toBeLessThan(MEGA);
  });

  it('is not much less than it is, either, because it was more than it is at first', () => {
    for (const capacity of [1, 2, 3]) {
      const seconds = estimates({ capacity: always(capacity * MEGA), demand: greedy, seconds: 10 });
      expect(Math.min(...seconds)).toBeGreaterThan(0.65 * capacity * MEGA);
    }
  });

  it('is more by and by where it is made use of, and slower where some is lost', () => {
    const after = (loss: number, jitter: number) =>
      estimates({ capacity: always(100 * MEGA), demand: greedy, seconds: 20, loss, jitter }).at(-1);
    expect(after(0, 0)).toBeGreaterThan(15 * MEGA);
    // Late is not lost.
    expect(after(0, 80)).toBeGreaterThan(19 * MEGA);
    expect(after(0.05, 0)).toBeGreaterThan(5 * MEGA);
    expect(after(0.05, 0)).toBeLessThan(13 * MEGA);
    expect(estimates({ capacity: always(100 * MEGA), demand: always(MEGA), seconds: 60 }).at(-1)).toBe(5 * MEGA);
  });

  it('is doubted where nothing comes back, and never nothing', () => {
    const seconds = estimates({ capacity: always(100 * MEGA), demand: always(MEGA), seconds: 20, deafFrom: 5_000 });
    expect(seconds[4]).toBe(5 * MEGA);
    expect(seconds[7]).toBeLessThan(3 * MEGA);
    expect(seconds.at(-1)).toBe(100_000);
  });

  it('is tried anew ever more rarely where that fails each time', () => {
    const seconds = estimates({ capacity: always(MEGA), demand: greedy, seconds: 300 });
    const tries = seconds.flatMap((estimate, i) => (i > 5 && estimate < 0.9 * (seconds[i - 1] as number) ? [i] : []));
    const gaps = tries.map((at, i) => at - (tries[i - 1] ?? 0)).slice(1);
    expect(gaps.length).toBeLessThan(12);
    expect(Math.max(...gaps.slice(-2))).toBeGreaterThan(40);
  });
});

describe('what was sent', () => {
  it('is acknowledged once, and counted as lost when it should have come', () => {
    const history = createSentHistory();
    const numbers = Array.from({ length: 10 }, (_, i) => {
      const number = history.next();
      // The last never left.
      if (i < 9) history.sent(100 + i, 10 * i);
      return number;
    });
    const at = (i: number) => history.indexOf(numbers[i] as number);
    expect(history.acknowledge(at(3))).toEqual({ sent: 30, bytes: 103 });
    expect(history.acknowledge(at(3))).toBeUndefined();
    expect(history.acknowledge(at(9))).toBeUndefined();
    expect(history.acknowledge(at(9) + 1)).toBeUndefined();
    expect(history.acknowledge(at(0) - 1)).toBeUndefined();
    // Of the others it is not known yet, or never will be.
    for (const i of [0, 2, 4, 3, 9]) history.miss(at(i));
    expect(history.settle(50)).toEqual({ arrived: 1, lost: 3 });
    expect(history.settle(50)).toEqual({ arrived: 0, lost: 0 });
    for (const i of [5, 6, 7]) history.miss(at(i));
    // It was late.
    history.acknowledge(at(7));
    expect(history.settle(Infinity)).toEqual({ arrived: 1, lost: 2 });
    // Numbers begin again, and what is long ago is forgotten.
    for (let i = 0; i < 70_000; i++) {
      history.next();
      history.sent(50, 1_000 + i);
    }
    expect(history.acknowledge(history.indexOf(numbers[8] as number))?.sent).not.toBe(80);
  });
});

describe('a queue', () => {
  it('stands where not even the fastest come through, and not where some are late', () => {
    const queue = createStandingQueue();
    expect(queue.length).toBe(0);
    let now = 1_792_000_000_000;
    const pass = (ms: number, delay: (i: number) => number) => {
      for (let i = 0; i < ms / 10; i++, now += 10) queue.add(delay(i) - 500, now);
    };
    pass(1_000, () => 7);
    pass(1_000, (i) => 7 + ((i * 17) % 20) * 3);
    expect(queue.length).toBe(0);
    pass(600, (i) => 40 + (i % 5));
    expect(queue.length).toBe(33);
    pass(300, () => 7);
    expect(queue.length).toBe(0);
    // After a while that is what the way takes.
    pass(30_000, () => 40);
    expect(queue.length).toBe(0);
  });

  it('is told from its beginning by a delay that grows', () => {
    const stateAfter = (delay: (i: number) => number) => {
      const trend = createDelayTrend();
      for (let i = 0; i < 100; i++) for (let k = 0; k < 3; k++) trend.add(i * 20 + k, 1_000 + i * 20 + 2 * k + delay(i));
      return trend.state;
    };
    expect(stateAfter(() => 0)).toBe('normal');
    expect(stateAfter((i) => (i < 80 ? 0 : 4 * (i - 80)))).toBe('over');
    expect(stateAfter((i) => (i < 80 ? 400 : 400 - 4 * (i - 80)))).toBe('under');
    // One that was held up makes no trend.
    expect(stateAfter((i) => (i === 90 ? 60 : 0))).toBe('normal');
  });
});
