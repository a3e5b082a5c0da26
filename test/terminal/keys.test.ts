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
    ['\u001bOQ\u001b[12~\u001b[[B\u001b[Q', ['f2', 'f2', 'f2', 'f2']],
    ['\u001bOS\u001b[14~\u001b[[D\u001b[[E', ['f4', 'f4', 'f4']],
    ['\u0000', ['ctrl-space']],
    // kitty's keyboard protocol, with releases
    ['\u001b[1;1:1Q\u001b[1;1:2Q\u001b[1;1:3Q', ['f2', 'f2', 'f2 up']],
    ['\u001b[32;5u\u001b[32;5:3u', ['ctrl-space', 'ctrl-space up']],
    ['\u001b[97;5u\u001b[97;1:3u\u001b[98;3u', ['ctrl-a', 'a up', 'alt-b']],
    ['\u001b[27u\u001b[13u\u001b[9;2u\u001b[127;3u', ['escape', 'enter', 'back-tab', 'alt-backspace']],
    ['\u001b[97u\u001b[97:65;2u\u001b[97;;241u', ['text:a', 'text:A', 'text:ñ']],
    ['\u001b[57400u\u001b[57414u\u001b[57441u', ['text:1', 'enter']],
    ['\u001b[27;1;155u\u001b[155u\u001b[55296u\u001b[1114112ux', ['escape', 'text:x']],
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

  test('that answer something are heard whole, by those who asked', () => {
    const heard: string[] = [];
    const reader = createKeyReader(
      () => {},
      (answer) => heard.push(answer),
    );
    const answers = ['\u001b_Gi=31;OK\u001b\\', '\u001b[6;20;10t', '\u001b[?1;0;256S', '\u001b[?0u', '\u001b[?62;4c'];
    for (const byte of Buffer.from(answers.join(''))) reader.write(Buffer.of(byte));
    expect(heard).toEqual(answers);
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
