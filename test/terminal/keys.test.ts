import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyReader, type Key } from '../../src/terminal/full/keys.ts';

/** What is made of bytes that come in these pieces. */
function read(...pieces: Array<string | Buffer>): { keys: Key[]; waiting: boolean } {
  const keys: Key[] = [];
  const reader = createKeyReader((key) => keys.push(key));
  for (const piece of pieces) reader.write(Buffer.from(piece as string));
  return { keys, waiting: reader.waiting };
}
const names = (...pieces: string[]) =>
  read(...pieces).keys.map((key) => ('name' in key ? (key.kind === 'key' ? key.name : `${key.name} up`) : `${key.kind}:${key.text}`));

describe('bytes of a terminal', () => {
  test.each([
    ['abc', ['text:abc']],
    ['ñ日👩‍👩‍👧', ['text:ñ日👩‍👩‍👧']],
    ['\r', ['enter']],
    ['\n', ['ctrl-j']],
    ['\u001b\r', ['alt-enter']],
    ['\t\u001b[Z', ['tab', 'back-tab']],
    ['\u007f\b', ['backspace', 'backspace']],
    ['\u0001\u0005\u000b\u0015\u0017', ['ctrl-a', 'ctrl-e', 'ctrl-k', 'ctrl-u', 'ctrl-w']],
    ['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left']],
    ['\u001bOA\u001bOH\u001bOF', ['up', 'home', 'end']],
    ['\u001b[1;5C\u001b[1;5D\u001b[1;3C', ['ctrl-right', 'ctrl-left', 'alt-right']],
    ['\u001b[5~\u001b[6~\u001b[3~\u001b[1~\u001b[4~', ['page-up', 'page-down', 'delete', 'home', 'end']],
    ['\u001bb\u001bf\u001b\u007f', ['alt-b', 'alt-f', 'alt-backspace']],
    ['\u001b\u001b[A', ['escape', 'up']],
    ['a\u001b[Ab', ['text:a', 'up', 'text:b']],
  ])('%j', (bytes, keys) => {
    expect(names(bytes)).toEqual(keys);
  });

  test('that answer something are no keys', () => {
    for (const answer of [
      '\u001b[?62;c',
      '\u001b[>0;276;0c',
      '\u001b[0n',
      '\u001b[24;80R',
      '\u001bP1$r0m\u001b\\',
      '\u001b]10;rgb:ff/ff/ff\u0007',
      '\u001b[?1u',
      '\u001b[I',
      '\u001b[O',
    ])
      expect(names(`${answer}x`), JSON.stringify(answer)).toEqual(['text:x']);
  });

  test('of a paste are one text, with its ends of lines alike', () => {
    expect(names('\u001b[200~one\rtwo\r\nthree\u001b[A\u0003\u001b[201~x')).toEqual(['paste:one\ntwo\nthree\u001b[A\u0003', 'text:x']);
  });

  test('mean the same wherever they are cut', () => {
    const all = Buffer.from('añ日\u001b[1;5C\u001b[200~pa\u001bste\r日\u001b[201~\u001bb\u001b[5~\u0001👩‍👩‍👧\u001b]0;x\u0007z');
    const whole = read(all).keys;
    const join = (keys: Key[]) => JSON.stringify(keys).replaceAll('"},{"kind":"text","text":"', '');
    fc.assert(
      fc.property(fc.array(fc.nat(all.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        const pieces = at.slice(1).map((end, i) => all.subarray(at[i], end));
        expect(join(read(...pieces).keys)).toBe(join(whole));
      }),
    );
  });

  test('of Esc alone wait a moment for more', () => {
    const keys: Key[] = [];
    const reader = createKeyReader((key) => keys.push(key));
    reader.write(Buffer.from('\u001b'));
    expect([keys, reader.waiting]).toEqual([[], true]);
    reader.settle();
    expect(keys).toEqual([{ kind: 'key', name: 'escape' }]);
    expect(reader.waiting).toBe(false);
  });

  test('without an end are let go', () => {
    const endless = read('\u001b]0;', 'x'.repeat(10_000), '\u0007ok');
    expect(endless.keys.at(-1)).toEqual({ kind: 'text', text: 'ok' });
    const paste = read('\u001b[200~', ...Array.from({ length: 40 }, () => 'y'.repeat(65_536)), '\u001b[201~', 'ok');
    expect(paste.keys[0]).toMatchObject({ kind: 'paste' });
    expect((paste.keys[0] as { text: string }).text.length).toBe(1 << 20);
    expect(paste.keys[1]).toEqual({ kind: 'text', text: 'ok' });
  });

  test('of any kind do no harm', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        const keys: Key[] = [];
        const reader = createKeyReader((key) => keys.push(key));
        for (const piece of pieces) reader.write(Buffer.from(piece));
        reader.settle();
      }),
    );
  });
});
