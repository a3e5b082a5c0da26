import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toSafeLine, toSafeText } from '../../src/terminal/text/safe-text.ts';

// eslint-disable-next-line no-control-regex
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('text of others', () => {
  test.each([
    ['a colour', '\u001b[31mred'],
    ['a title', '\u001b]0;owned\u0007'],
    ['the clipboard', '\u001b]52;c;cm0gLXJm\u0007'],
    ['the other screen', '\u001b[?1049h'],
    ['a C1 control', '\u009b31m'],
    ['a way back', 'Ana\rEva: hi'],
    ['a backspace', 'abc\b\b\bxyz'],
    ['another direction', 'abc\u202edef\u2066'],
    ['a null', '\u0000'],
    ['half a surrogate', '\ud800'],
  ])('with %s is shown, never obeyed', (_, text) => {
    expect(toSafeText(text)).not.toMatch(DANGEROUS);
    expect(toSafeText(text)).not.toMatch(/\p{Surrogate}/u);
    expect(toSafeText(text)).not.toBe('');
  });

  test('keeps what people write', () => {
    for (const text of ['¿Qué tal?', 'naïve', '日本語', 'مرحبا', '👩‍👩‍👧 ok', 'a\nb', 'x́']) expect(toSafeText(text)).toBe(text);
  });

  test('does not pile up marks', () => {
    expect(toSafeText(`e${'\u0301'.repeat(5000)}`).length).toBeLessThan(10);
  });

  test('in one line has no second one', () => {
    expect(toSafeLine('a\nb\r\nc')).toBe('a ⏎ b ⏎ c');
  });

  test('of any kind is harmless', () => {
    const wild = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(wild, (text) => void expect(toSafeLine(text)).not.toMatch(DANGEROUS)),
      { numRuns: 2000 },
    );
  });
});
