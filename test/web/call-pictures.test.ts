import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallMember } from '../../src/client/index.ts';
import { ageOf, arrange, keyOf } from '../../src/web/state/calls/pictures.ts';
import { layOut } from '../../src/web/state/calls/stage-layout.ts';
import { type Box, tile } from '../../src/web/state/calls/tiling.ts';

const member = (device: string, more: Partial<CallMember> = {}): CallMember => ({
  device,
  name: device,
  own: device === 'own',
  sources: ['microphone', 'camera'],
  hand: false,
  since: 0,
  ...more,
});
const grid = { layout: 'grid', pinned: null, speaker: null } as const;
const names = (pictures: readonly { readonly key: string }[]) => pictures.map(({ key }) => key.replace(' camera', ''));

const overlap = (a: Box, b: Box) =>
  a.x + a.width > b.x + 0.01 && b.x + b.width > a.x + 0.01 && a.y + a.height > b.y + 0.01 && b.y + b.height > a.y + 0.01;

describe('who is large in a call', () => {
  it('is nobody in a grid, where the own picture comes last, and lies over the other one of two', () => {
    const three = arrange([member('own'), member('a'), member('b')], grid);
    expect([three.main, names(three.others), three.float]).toEqual([null, ['a', 'b', 'own'], null]);
    const two = arrange([member('own'), member('a')], grid);
    expect([two.main, names(two.others), two.float?.key]).toEqual([null, ['a'], 'own camera']);
    const one = arrange([member('own')], grid);
    expect([names(one.others), one.float]).toEqual([['own'], null]);
  });

  it('is whoever speaks, before that a screen, and before that what the person wants', () => {
    const members = [member('own'), member('a'), member('b')];
    expect(arrange(members, { ...grid, layout: 'speaker', speaker: 'b' }).main?.key).toBe('b camera');
    expect(arrange(members, { ...grid, layout: 'speaker' }).main?.key).toBe('a camera');
    // One does not look at oneself for having spoken.
    expect(arrange(members, { ...grid, layout: 'speaker', speaker: 'own' }).main?.key).toBe('a camera');
    const shared = [member('own'), member('a', { sources: ['screen'] }), member('b')];
    expect(arrange(shared, { ...grid, speaker: 'b' })).toMatchObject({ main: { key: keyOf('a', 'screen') } });
    expect(names(arrange(shared, grid).others)).toEqual(['own', 'a', 'b']);
    expect(arrange(shared, { ...grid, pinned: 'b camera' }).main?.key).toBe('b camera');
    // A second thing that is shown is not left off for a face.
    const both = [...shared.slice(0, 2), member('b', { sources: ['screen'] })];
    expect(names(arrange(both, { ...grid, pinned: 'a camera' }).others)).toEqual(['own', 'a screen', 'b screen', 'b']);
    // What was wanted and is gone is not wanted any more.
    expect(arrange(members, { ...grid, pinned: keyOf('a', 'screen') }).main).toBeNull();
  });

  it('is never the own screen: that would be a picture in a picture in a picture', () => {
    const { main, others } = arrange([member('own', { sources: ['screen'] }), member('a')], grid);
    expect([main, names(others)]).toEqual([null, ['a']]);
  });

  it('has begun when the first one came, by whatever clock, and not in the future', () => {
    const call = { room: '', state: 'in', ringing: null, error: null } as const;
    expect(ageOf({ ...call, members: [member('a', { since: 4_000 }), member('b', { since: 1_000 })] }, 10_000)).toBe(9_000);
    expect(ageOf({ ...call, members: [member('a', { since: 99_000 })] }, 10_000)).toBe(0);
  });
});

describe('pictures in a space', () => {
  it('fill it without lying over each other or out of it, in the shape of a face, from 1 to 25', () => {
    const sizes = fc.record({ width: fc.integer({ min: 280, max: 2560 }), height: fc.integer({ min: 120, max: 1600 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), sizes, (count, space) => {
        const { boxes, height } = tile(count, space);
        expect(boxes).toHaveLength(count);
        expect(height).toBeGreaterThanOrEqual(space.height);
        for (const [i, box] of boxes.entries()) {
          expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(-0.01);
          expect(box.x + box.width).toBeLessThanOrEqual(space.width + 0.01);
          expect(box.y + box.height).toBeLessThanOrEqual(height + 0.01);
          expect(box.width / box.height).toBeGreaterThan(0.66);
          expect(box.width / box.height).toBeLessThan(1.79);
          expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false);
        }
      }),
    );
  });

  it('are as large as they can be', () => {
    // Two beside each other on a wide screen, one above the other on a phone.
    const [left, right] = tile(2, { width: 1200, height: 600 }).boxes;
    expect(left?.y).toBe(right?.y);
    const [above, below] = tile(2, { width: 360, height: 560 }).boxes;
    expect(above?.x).toBe(below?.x);
    expect(tile(1, { width: 360, height: 520 }).boxes[0]).toMatchObject({ width: 360, height: 520 });
    expect(tile(4, { width: 800, height: 600 }).boxes[0]?.width).toBe(396);
  });

  it('scroll where they would be too small to see anybody', () => {
    const { boxes, height } = tile(25, { width: 340, height: 480 });
    expect(boxes[0]?.width).toBeGreaterThanOrEqual(132);
    expect(height).toBeGreaterThan(480);
  });

  it('have no place in no space', () => {
    expect(tile(3, { width: 0, height: 0 }).boxes).toEqual([]);
    expect(tile(0, { width: 100, height: 100 }).boxes).toEqual([]);
  });
});

describe('a large picture and those beside it', () => {
  const people = ['own', ...Array.from('abcdefghijkl')].map((device) => member(device));
  const spoken = (speaker: string, space = { width: 1000, height: 600 }) =>
    layOut(arrange(people, { layout: 'speaker', pinned: 'a camera', speaker }), space, speaker);

  it('share any space without lying over each other', () => {
    const sizes = fc.record({ width: fc.integer({ min: 290, max: 2000 }), height: fc.integer({ min: 200, max: 1400 }) });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 13 }), sizes, (count, space) => {
        const { placed, more } = layOut(arrange(people.slice(0, count), { ...grid, pinned: 'a camera' }), space, null);
        const shown = placed.filter(({ role }) => role !== 'float').map(({ box }) => box);
        const boxes = [...shown, ...(more ? [more.box] : [])];
        expect(placed.length + (more?.count ?? 0)).toBe(count);
        for (const [i, box] of boxes.entries()) {
          expect(box.x + box.width).toBeLessThanOrEqual(space.width + 0.01);
          expect(box.y + box.height).toBeLessThanOrEqual(space.height + 0.01);
          expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false);
        }
      }),
    );
  });

  it('are counted where they do not fit, and whoever speaks is among those who do', () => {
    const { placed, more } = spoken('l');
    expect(more?.count).toBeGreaterThan(0);
    const beside = names(placed.filter(({ role }) => role === 'beside').map(({ picture }) => picture));
    expect(beside).toContain('own');
    expect(beside).toContain('l');
    expect(names(spoken('b').placed.map(({ picture }) => picture))).not.toContain('l');
  });

  it('stand at the side of a wide screen and below on an upright one', () => {
    const wide = spoken('b').placed;
    const upright = spoken('b', { width: 360, height: 520 }).placed;
    expect(wide[1]?.box.x).toBeGreaterThan(700);
    expect(upright[1]?.box.y).toBeGreaterThan(400);
    expect(upright[0]?.box.width).toBe(360);
  });
});
