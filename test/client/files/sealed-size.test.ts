import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOfSegment, plainSize, sealedSize, segmentCount, segmentsOfRange } from '../../../src/client/files/sealed-size.ts';

const P = 262_112;
const S = 262_144;
const TIB = 2 ** 40;

describe('sizes', () => {
  it.each([
    [0, 1, 106],
    [1, 1, 107],
    [P - 1, 1, 74 + S - 1],
    [P, 1, 74 + S],
    [P + 1, 2, 74 + S + 33],
    [2 * P, 2, 74 + 2 * S],
    [10 * 1024 ** 3, 40_966, 10 * 1024 ** 3 + 40_966 * 32 + 74],
  ])('%i bytes make %i segments and a blob of %i', (size, count, length) => {
    expect(segmentCount(size)).toBe(count);
    expect(sealedSize(size)).toBe(length);
    expect(plainSize(length)).toBe(size);
  });

  it('go there and back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(4 * P),
          fc.maxSafeNat().map((n) => n % (4 * TIB)),
        ),
        (size) => plainSize(sealedSize(size)) === size,
      ),
    );
  });

  it('know a length that no file has', () => {
    for (const length of [-1, 0, 73, 74, 105, 74 + S + 1, 74 + S + 31, 74 + S + 32, 74 + 2 * S + 32])
      expect(plainSize(length)).toBeUndefined();
    const lengths = new Set(Array.from({ length: 3000 }, (_, i) => sealedSize(2 * P - 1500 + i)));
    const [first, last] = [Math.min(...lengths), Math.max(...lengths)];
    for (let length = first; length <= last; length++) expect(plainSize(length) !== undefined).toBe(lengths.has(length));
  });
});

describe('places', () => {
  it('cover blob and plaintext, one behind the other', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(5 * P),
          fc.nat(5).map((n) => n * P),
        ),
        (size) => {
          let [blob, plain] = [74, 0];
          for (let i = 0; i < segmentCount(size); i++) {
            const place = placeOfSegment(size, i);
            expect([place.offset, place.plainOffset, place.last]).toEqual([blob, plain, i === segmentCount(size) - 1]);
            blob += place.length;
            plain += place.plainLength;
          }
          expect([blob, plain]).toEqual([sealedSize(size), size]);
        },
      ),
    );
  });

  it('are none outside', () => {
    for (const position of [-1, 2, Number.NaN]) expect(() => placeOfSegment(P + 1, position)).toThrow(RangeError);
  });
});

describe('ranges', () => {
  it('hold what was asked for and no segment more', () => {
    const sizes = fc.nat(6 * P);
    fc.assert(
      fc.property(sizes, sizes, sizes, (size, offset, length) => {
        const range = segmentsOfRange(size, { offset, length });
        const wanted = Math.max(0, Math.min(size, offset + length) - offset);
        if (wanted === 0) {
          expect(range).toBeUndefined();
          return;
        }
        if (!range) expect.fail('nothing was found');
        const [first, last] = [placeOfSegment(size, range.first), placeOfSegment(size, range.end - 1)];
        expect(range.length).toBe(wanted);
        expect(first.plainOffset + range.skip).toBe(offset);
        expect(range.skip).toBeLessThan(first.plainLength);
        expect([range.from, range.to]).toEqual([first.offset, last.offset + last.length]);
        expect(last.plainOffset).toBeLessThan(offset + wanted);
        expect(last.plainOffset + last.plainLength).toBeGreaterThanOrEqual(offset + wanted);
      }),
    );
  });

  it('end with the file, and are nothing behind it', () => {
    expect(segmentsOfRange(10, { offset: 4, length: Number.MAX_SAFE_INTEGER - 4 })).toEqual({
      first: 0,
      end: 1,
      from: 74,
      to: 74 + 42,
      skip: 4,
      length: 6,
    });
    expect(segmentsOfRange(10, { offset: 10, length: 5 })).toBeUndefined();
    expect(segmentsOfRange(0, { offset: 0, length: 5 })).toBeUndefined();
    expect(segmentsOfRange(2 * P, { offset: P, length: 1 })).toMatchObject({ first: 1, end: 2, skip: 0 });
  });
});
