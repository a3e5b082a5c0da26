import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAllocation, createDemand, type WantedPicture } from '../../../../src/server/media/streams/index.ts';
import { createRandom } from '../../../support/random.ts';

const LAYERS = [
  { height: 180, bitrate: 100_000 },
  { height: 360, bitrate: 400_000 },
  { height: 720, bitrate: 1_500_000 },
];
const pictures = (...heights: number[]): WantedPicture[] => heights.map((height, key) => ({ key, height, layers: LAYERS }));
const bitrateOf = (wanted: readonly WantedPicture[], chosen: readonly (number | undefined)[]) =>
  chosen.reduce<number>((sum, level, i) => sum + (level === undefined ? 0 : (wanted[i]?.layers[level]?.bitrate ?? 0)), 0);

describe('an allocation', () => {
  it('has room for sound, then something of all that matter, then more of what matters most', () => {
    const layer = fc.record({ height: fc.constantFrom(90, 180, 360, 720), bitrate: fc.integer({ min: 30_000, max: 2_000_000 }) });
    const wanted = fc.record({
      height: fc.constantFrom(90, 180, 300, 720, 1080),
      layers: fc.array(layer, { minLength: 1, maxLength: 3 }).map((layers) => {
        // The larger costs more.
        const bitrates = layers.map(({ bitrate }) => bitrate).toSorted((a, b) => a - b);
        return layers.toSorted((a, b) => a.height - b.height).map(({ height }, i) => ({ height, bitrate: bitrates[i] as number }));
      }),
    });
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 12 }), fc.nat(10_000_000), fc.nat(500_000), (all, estimate, sound) => {
        const wanted = all.map((one, key) => ({ ...one, key }));
        const chosen = createAllocation().choose(wanted, { estimate, sound }, 0);
        const room = 1.05 * estimate - sound;
        const used = bitrateOf(wanted, chosen);
        expect(used).toBeLessThanOrEqual(Math.max(0, room));
        let least = 0;
        for (const [i, { layers, height }] of wanted.entries()) {
          const lowest = layers[0]?.bitrate ?? 0;
          const level = chosen[i];
          // Left out only where those before have taken the room.
          if (least + lowest <= room) {
            expect(level).toBeDefined();
            least += lowest;
          } else expect(level).toBeUndefined();
          if (level === undefined) continue;
          // Never more than is looked at, and never less than could be had without taking it from others.
          if (level > 0) expect(layers[level - 1]?.height ?? 0).toBeLessThan(0.85 * height);
          const next = layers[level + 1];
          if (next !== undefined && (layers[level]?.height ?? 0) < 0.85 * height)
            expect(used - (layers[level]?.bitrate ?? 0) + next.bitrate).toBeGreaterThan(room);
        }
      }),
      { seed: 55, numRuns: 1_000 },
    );
  });

  it('gives the first the better picture, and the last none where there is too little', () => {
    const at = (estimate: number) => createAllocation().choose(pictures(720, 720, 180), { estimate: estimate / 1.05, sound: 0 }, 0);
    expect(at(3_200_000)).toEqual([2, 2, 0]);
    expect(at(2_100_000)).toEqual([2, 1, 0]);
    expect(at(700_000)).toEqual([1, 0, 0]);
    expect(at(250_000)).toEqual([0, 0, undefined]);
    expect(at(99_000)).toEqual([undefined, undefined, undefined]);
    expect(createAllocation().choose(pictures(720), { estimate: 100_000, sound: 60_000 }, 0)).toEqual([undefined]);
  });

  it('takes a picture that is a bit smaller than shown', () => {
    const at = (height: number) => createAllocation().choose(pictures(height), { estimate: 9_000_000, sound: 0 }, 0);
    expect([180, 210, 220, 420, 430, 2_000].map(at)).toEqual([[0], [0], [1], [1], [2], [2]]);
  });

  it('reckons with what a layer will take that nobody sends yet', () => {
    const wanted = [{ key: 1, height: 720, layers: LAYERS.map(({ height }) => ({ height, bitrate: 0 })) }];
    expect(createAllocation().choose(wanted, { estimate: 1_600_000, sound: 0 }, 0)).toEqual([2]);
    expect(createAllocation().choose(wanted, { estimate: 1_200_000, sound: 0 }, 0)).toEqual([1]);
  });

  it('stays as it is while everything trembles', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200_000, max: 6_000_000 }), fc.nat(), (estimate, seed) => {
        const random = createRandom(seed);
        const tremble = (value: number) => value * (0.94 + 0.12 * random());
        const allocation = createAllocation();
        let changes = 0;
        let last: string | undefined;
        for (let now = 0; now < 300_000; now += 250) {
          const wanted = pictures(720, 360, 360, 180, 180).map((picture) => ({
            ...picture,
            layers: picture.layers.map(({ height, bitrate }) => ({ height, bitrate: tremble(bitrate) })),
          }));
          const chosen = JSON.stringify(allocation.choose(wanted, { estimate: tremble(estimate), sound: 100_000 }, now));
          if (last !== undefined && last !== chosen) changes += 1;
          last = chosen;
        }
        expect(changes).toBeLessThanOrEqual(25);
      }),
      { seed: 56, numRuns: 40 },
    );
  });

  it('makes less of it at once and more of it later, and what failed later still', () => {
    const allocation = createAllocation();
    const choose = (estimate: number, now: number) => allocation.choose(pictures(720), { estimate, sound: 0 }, now)[0];
    /** @returns ms from the decrease until it grows */
    const failOnce = (from: number): number => {
      expect(choose(3_000_000, from)).toBe(2);
      expect(choose(500_000, from + 1_000)).toBe(1);
      for (let now = from + 1_000; ; now += 100) if (choose(3_000_000, now) === 2) return now - from - 1_000;
    };
    expect(failOnce(0)).toBe(6_000);
    expect(failOnce(7_000)).toBe(12_000);
    expect(failOnce(20_000)).toBe(24_000);
    // It went well for long: forgotten.
    expect(failOnce(500_000)).toBe(3_000);
    // Shown smaller and larger again is nothing that failed.
    expect(allocation.choose(pictures(180), { estimate: 3_000_000, sound: 0 }, 600_000)).toEqual([0]);
    expect(choose(3_000_000, 600_100)).toBe(2);
  });
});

describe('a demand', () => {
  it('is told when it is more at once, and when it is less after a while', () => {
    const demand = createDemand();
    expect(demand.poll(0)).toBe(0);
    expect(demand.poll(10)).toBeUndefined();
    demand.set(180, 20);
    demand.set(720, 30);
    expect(demand.poll(30)).toBe(720);
    demand.set(180, 1_000);
    demand.set(0, 2_000);
    expect(demand.poll(3_900)).toBeUndefined();
    expect(demand.poll(4_000)).toBe(0);
    demand.set(720, 5_000);
    expect(demand.poll(5_000)).toBe(720);
    // Less for a moment is not less.
    demand.set(0, 6_000);
    demand.set(720, 7_000);
    demand.set(180, 8_000);
    expect(demand.poll(9_500)).toBeUndefined();
    expect(demand.poll(11_000)).toBe(180);
  });
});
