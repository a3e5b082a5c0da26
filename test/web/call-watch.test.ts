import { describe, expect, it } from 'vitest';
import { createSealWatch } from '../../src/client/browser/calls/watch.ts';

/** Looks twice a second. @returns the look that found something, and what */
function watch(flows: readonly { readonly encoded: number; readonly passed: number }[]) {
  const seal = createSealWatch();
  for (const [i, { encoded, passed }] of flows.entries()) {
    const found = seal.look({ encoded: new Map([['camera', encoded]]), passed: new Map([['camera', passed]]) });
    if (found !== undefined) return [i, found];
  }
  return undefined;
}

const each = (count: number, of: (i: number) => { encoded: number; passed: number }) => Array.from({ length: count }, (_, i) => of(i));

describe('frames that are encoded', () => {
  it('may all be in the worker, or a few under way', () => {
    expect(watch(each(40, (i) => ({ encoded: 15 * i, passed: Math.max(0, 15 * i - 4) })))).toBeUndefined();
  });

  it('may begin late, and pause', () => {
    expect(watch(each(40, (i) => ({ encoded: i < 20 ? 0 : 3, passed: i < 20 ? 0 : 3 })))).toBeUndefined();
  });

  it('and none of them in the worker: found at the first look', () => {
    expect(watch(each(4, (i) => ({ encoded: 15 * i, passed: 0 })))).toEqual([1, 'camera']);
  });

  it('and none of them in the worker any more: found at the next look', () => {
    expect(watch(each(9, (i) => ({ encoded: 15 * i, passed: 15 * Math.min(i, 5) })))).toEqual([6, 'camera']);
  });

  it('and a part of them in the worker: found when it is more than can be under way', () => {
    expect(watch(each(20, (i) => ({ encoded: 15 * i, passed: 10 * i })))?.[1]).toBe('camera');
  });
});
