import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showControls, showName, splitLinks } from '../../src/web/state/plain-text.ts';

describe('other people’s text', () => {
  it('shows control characters as symbols and keeps tabs and newlines', () => {
    expect(showControls('a\u0000b\u0007c\u001b[31md\u007fe')).toBe('a␀b␇c␛[31md␡e');
    expect(showControls('one\ttwo\nthree\r\nfour\u2028five')).toBe('one\ttwo\nthree\nfour\nfive');
  });

  it('takes the power from direction overrides, and leaves right-to-left writing alone', () => {
    expect(showControls('photo\u202Egpj.exe')).toBe('photo\ufffdgpj.exe');
    expect(showControls('مرحبا \u200f!')).toBe('مرحبا \u200f!');
    expect(showName('\u2069Ana')).toBe('\ufffdAna');
  });

  it('makes links of http and https alone', () => {
    const hrefs = (text: string) => splitLinks(text).flatMap(({ href }) => (href === undefined ? [] : [href]));
    expect(hrefs('see http://a.example and https://b.example/x?y=1#z')).toEqual(['http://a.example/', 'https://b.example/x?y=1#z']);
    expect(hrefs('javascript:alert(1) data:text/html,x ftp://x.example file:///etc/passwd //x.example mailto:a@b.c')).toEqual([]);
    expect(hrefs('javascript:alert("https://x.example")')).toEqual(['https://x.example/']);
    expect(hrefs('https://bank.example@evil.example/')).toEqual([]);
    expect(hrefs('https://')).toEqual([]);
  });

  it('leaves the punctuation of the sentence out of the link', () => {
    const linked = (text: string) => splitLinks(text).find(({ href }) => href !== undefined)?.text;
    expect(linked('Look (https://a.example/b).')).toBe('https://a.example/b');
    expect(linked('https://a.example/b_(c), no?')).toBe('https://a.example/b_(c)');
    expect(linked('“https://a.example/b”!')).toBe('https://a.example/b');
  });

  it('loses and invents nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.constantFrom(' ', '(', ').', 'http://', 'https://a'))),
        (pieces) => {
          const text = pieces.join('');
          const parts = splitLinks(text);
          expect(parts.map((part) => part.text).join('')).toBe(text);
          expect(parts.filter(({ href }) => href !== undefined && !/^https?:$/.test(new URL(href).protocol))).toEqual([]);
        },
      ),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
