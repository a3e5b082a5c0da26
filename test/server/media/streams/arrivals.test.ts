import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRtcp, writeRtcp } from '../../../../src/rtc/index.ts';
import { createArrivals } from '../../../../src/server/media/streams/index.ts';
import { countOn } from '../../../../src/server/media/streams/numbers.ts';

describe('when packets arrived', () => {
  it('is told of all of them, those that are late too, and of none that did not come', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(0xffff), fc.integer({ min: 65_000, max: 65_535 })),
        fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 3, 30, undefined), fc.constantFrom(0, 1, 5, 40)), { minLength: 1, maxLength: 300 }),
        (first, steps) => {
          const arrivals = createArrivals();
          const packets = steps
            .map(([delay, pause], i) => ({ i, at: i === 0 ? 0 : delay === undefined ? undefined : i + delay, pause }))
            .flatMap(({ i, at, pause }) => (at === undefined ? [] : [{ i, at, pause }]))
            .toSorted((a, b) => a.at - b.at);
          const told = new Map<number, number>();
          let now = 5_000_000;
          let near = first;
          const poll = () => {
            for (const feedback of arrivals.poll(now, 1)) {
              const [read] = readRtcp(writeRtcp([feedback])) ?? [];
              if (read?.kind !== 'transport') throw new Error('not understood');
              expect(read).toMatchObject({ sender: 1, media: 9 });
              const base = countOn(read.base, 16, near);
              for (const [k, time] of read.arrivals.entries()) if (time !== undefined) told.set(base + k, time);
              near = base + read.arrivals.length;
            }
          };
          const came = new Map<number, number>();
          for (const { i, pause } of packets) {
            now += pause;
            arrivals.add((first + i) & 0xffff, 9, now);
            came.set(first + i, now);
            poll();
          }
          now += 1000;
          poll();
          expect([...told.keys()].toSorted((a, b) => a - b)).toEqual([...came.keys()].toSorted((a, b) => a - b));
          const shift = (told.get(first) ?? 0) / 1000 - (came.get(first) ?? 0);
          for (const [index, at] of came) expect(Math.abs((told.get(index) ?? 0) / 1000 - at - shift)).toBeLessThanOrEqual(0.5);
        },
      ),
      { seed: 101, numRuns: 200 },
    );
  });

  it('is told ten times a second, twenty times where there is much, and not while nothing comes', () => {
    const times = (gap: number) => {
      const arrivals = createArrivals();
      const told: number[] = [];
      for (let now = 0; now < 1_000; now += 1) {
        if (now % gap === 0 && now < 900) arrivals.add(now / gap, 1, now);
        if (now % 5 === 0 && arrivals.poll(now, 1).length > 0) told.push(now);
      }
      return told;
    };
    expect(times(20)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(times(1).length).toBe(18);
  });

  it('is told in pieces that hold it, and begins anew after a leap', () => {
    const arrivals = createArrivals();
    arrivals.add(0, 1, 0);
    arrivals.add(1, 1, 20_000);
    const pieces = arrivals.poll(20_000, 1);
    expect(pieces.map(({ base, arrivals, feedbackCount }) => [base, arrivals.length, feedbackCount])).toEqual([
      [0, 1, 0],
      [1, 1, 1],
    ]);
    arrivals.add(30_000, 1, 20_100);
    expect(arrivals.poll(20_200, 1)).toMatchObject([{ base: 30_000, arrivals: [20_100_000] }]);
    expect(() => writeRtcp(pieces)).not.toThrow();
  });
});
