import { describe, expect, it } from 'vitest';
import { createSealWatch } from '../../src/client/browser/calls/watch.ts';

/** Looks twice a second. @returns the look that found something */
function watch(source: 'microphone' | 'camera', flows: readonly { readonly left: number; readonly sealed: number }[]): number | undefined {
  const seal = createSealWatch();
  const found = flows.findIndex(({ left, sealed }) => seal.look({ left: new Map([[source, left]]), sealed: new Map([[source, sealed]]) }));
  return found === -1 ? undefined : found;
}

const each = (count: number, of: (i: number) => { left: number; sealed: number }) => Array.from({ length: count }, (_, i) => of(i));

describe.each([
  ['microphone', 2500],
  ['camera', 15],
] as const)('what leaves of a %s', (source, much) => {
  it('was sealed, all of it', () => {
    expect(
      watch(
        source,
        each(100, (i) => ({ left: much * i, sealed: much * i })),
      ),
    ).toBeUndefined();
  });

  it('may begin late, and pause', () => {
    expect(
      watch(
        source,
        each(100, (i) => ({ left: i < 20 ? 0 : much, sealed: i < 20 ? 0 : much })),
      ),
    ).toBeUndefined();
  });

  it('and was not sealed: found within two seconds', () => {
    expect(
      watch(
        source,
        each(20, (i) => ({ left: much * i, sealed: 0 })),
      ),
    ).toBeLessThanOrEqual(4);
  });

  it('and is not sealed any more: found within two seconds', () => {
    expect(
      watch(
        source,
        each(40, (i) => ({ left: much * i, sealed: much * Math.min(i, 10) })),
      ),
    ).toBeLessThanOrEqual(14);
  });

  it('and is sealed in part: found', () => {
    expect(
      watch(
        source,
        each(60, (i) => ({ left: much * i, sealed: (much * i) / 2 })),
      ),
    ).toBeLessThan(20);
  });
});

it('a picture may wait for a worker that is busy for a second', () => {
  expect(
    watch(
      'camera',
      each(100, (i) => ({ left: 15 * i, sealed: Math.max(0, 15 * (i - 2)) })),
    ),
  ).toBeUndefined();
});
