import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fit, toCells, widthOf } from '../../src/terminal/text/cells.ts';
import { cutRow, rowWidth, span, toWidth, wrap } from '../../src/terminal/text/rows.ts';
import { toSafeLine } from '../../src/terminal/text/safe-text.ts';

const textOf = (row: readonly { text: string }[]) => row.map(({ text }) => text).join('');

describe('the width of text', () => {
  test.each([
    ['', 0],
    ['Ana', 3],
    ['ñ', 1],
    ['n\u0303', 1],
    ['日本', 4],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['👍', 2],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['🇪🇸', 2],
    ['🏳️‍🌈', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['مرحبا', 5],
    ['कि', 1],
    ['…', 1],
    ['█', 1],
    ['𠀀', 2],
  ])('%s is %d columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test('is kept when it is cut', () => {
    expect(fit('short', 10)).toBe('short');
    expect(fit('exactly', 7)).toBe('exactly');
    expect(fit('too long', 5)).toBe('too …');
    expect(fit('日本語', 6)).toBe('日本語');
    expect(fit('日本語', 5)).toBe('日本…');
    expect(fit('日本語', 4)).toBe('日…');
    expect(fit('x', 0)).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(20), (text, width) => {
        const safe = toSafeLine(text);
        expect(widthOf(fit(safe, width))).toBeLessThanOrEqual(width);
        if (widthOf(safe) <= width) expect(fit(safe, width)).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });

  test('has no cell of a length that a flood would have', () => {
    for (const flood of [
      `a${'\u0301'.repeat(9000)}`,
      '👩\u200d'.repeat(9000),
      `x${'\u200d'.repeat(9000)}`,
      `👩${'\ufe0f\u200d'.repeat(500)}👩`,
    ]) {
      const cells = toCells(toSafeLine(flood));
      expect(Math.max(...cells.map(({ text }) => text.length))).toBeLessThan(40);
    }
  });
});

describe('rows', () => {
  test('break after spaces, and inside words that are longer than a row', () => {
    expect(wrap([span('one two three')], 8).map(textOf)).toEqual(['one two ', 'three']);
    expect(wrap([span('one two')], 7).map(textOf)).toEqual(['one two']);
    expect(wrap([span('abcdefghij')], 4).map(textOf)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap([span('日本語です')], 5).map(textOf)).toEqual(['日本', '語で', 'す']);
    expect(wrap([span(' b日')], 2).map(textOf)).toEqual([' ', 'b', '日']);
    expect(wrap([span('a\n\nb')], 5).map(textOf)).toEqual(['a', '', 'b']);
    expect(wrap([span('one two x')], 7).map(textOf)).toEqual(['one two', 'x']);
  });

  test('hold all of the text, and no row is too wide', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const safe = toSafeLine(text);
        const rows = wrap([span(safe, 'bold')], width);
        expect(rows.map(textOf).join('').replaceAll(' ', '')).toBe(safe.replaceAll(' ', ''));
        for (const row of rows)
          expect(rowWidth(row)).toBeLessThanOrEqual(Math.max(width, ...row.flatMap(({ text }) => toCells(text).map((cell) => cell.width))));
      }),
      { numRuns: 1000 },
    );
  });

  test('are cut and filled to a width', () => {
    expect(textOf(toWidth([span('ab', 'bold'), span('cd')], 6))).toBe('abcd  ');
    expect(textOf(toWidth([span('ab', 'bold'), span('cd')], 4))).toBe('abcd');
    expect(textOf(toWidth([span('ab', 'bold'), span('cd')], 3))).toBe('ab…');
    expect(textOf(cutRow([span('ab', 'bold'), span('cd')], 2))).toBe('a…');
    expect(textOf(toWidth([span('日'), span('本')], 3))).toBe('日…');
  });

  test('of 64 KiB are made in no time', () => {
    const began = performance.now();
    expect(wrap([span('x'.repeat(65_536))], 80)).toHaveLength(820);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
