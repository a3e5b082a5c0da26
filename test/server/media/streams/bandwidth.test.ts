import { describe, expect, it } from 'vitest';
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

  it('is less where much is lost, even without a queue', () => {
    const seconds = run({ capacity: always(MEGA), demand: greedy, queue: 30, seconds: 40 });
    expect(mean(seconds.slice(10).map(({ lost, sent }) => lost / sent))).toBeLessThan(0.2);
    expect(Math.max(...seconds.slice(5).map(({ estimate }) => estimate))).toBeLessThan(1.1 * MEGA);
    expect(estimates({ capacity: always(100 * MEGA), demand: always(2 * MEGA), loss: 0.3, seconds: 20 }).at(-1)).toBeLessThan(MEGA);
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
