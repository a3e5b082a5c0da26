import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createComposer } from '../../src/terminal/full/composer.ts';
import * as edit from '../../src/terminal/full/input-line.ts';
import { inputRows } from '../../src/terminal/full/input-rows.ts';
import { rowWidth } from '../../src/terminal/text/rows.ts';
import { sourcesWith } from './completing.ts';

/** A line as text, with its cursor as `|`. */
const show = ({ text, cursor }: edit.InputLine) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const at = (marked: string): edit.InputLine => ({ text: marked.replace('|', ''), cursor: marked.indexOf('|') });

describe('the line being typed', () => {
  test.each([
    ['left', edit.left, 'a👩‍👩‍👧|b', 'a|👩‍👩‍👧b'],
    ['left', edit.left, 'n\u0303|', '|n\u0303'],
    ['left', edit.left, '|a', '|a'],
    ['right', edit.right, '|🇪🇸x', '🇪🇸|x'],
    ['right', edit.right, 'a|', 'a|'],
    ['word left', edit.wordLeft, 'one two|', 'one |two'],
    ['word left', edit.wordLeft, 'one, two  |', 'one, |two  '],
    ['word left', edit.wordLeft, 'ñandú|', '|ñandú'],
    ['word right', edit.wordRight, '|one two', 'one| two'],
    ['word right', edit.wordRight, 'one|  two', 'one  two|'],
    ['start', edit.toStart, 'one\ntw|o', 'one\n|two'],
    ['start', edit.toStart, 'one\n|two', '|one\ntwo'],
    ['end', edit.toEnd, 'o|ne\ntwo', 'one|\ntwo'],
    ['end', edit.toEnd, 'one|\ntwo', 'one\ntwo|'],
    ['backspace', edit.backspace, 'a👍🏽|b', 'a|b'],
    ['backspace', edit.backspace, '|b', '|b'],
    ['delete', edit.deleteNext, 'a|👍🏽b', 'a|b'],
  ])('%s', (_, move, from, to) => {
    expect(show(move(at(from)))).toBe(to);
  });

  test('gives back what was cut', () => {
    expect(edit.cutWordLeft(at('see ./a/b |'))).toEqual({ line: { text: 'see ', cursor: 4 }, taken: './a/b ' });
    expect(edit.cutToEnd(at('one| two\nthree'))).toEqual({ line: { text: 'one\nthree', cursor: 3 }, taken: ' two' });
    expect(edit.cutToStart(at('one two|!'))).toEqual({ line: { text: '!', cursor: 0 }, taken: 'one two' });
  });

  test('is never left between two halves of a letter', () => {
    const move = fc.constantFrom(
      edit.left,
      edit.right,
      edit.wordLeft,
      edit.wordRight,
      edit.backspace,
      edit.deleteNext,
      edit.toStart,
      edit.toEnd,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.array(move), (text, moves) => {
        let line = edit.lineOf(text);
        for (const next of moves) {
          line = next(line);
          expect(line.cursor).toBeGreaterThanOrEqual(0);
          expect(line.cursor).toBeLessThanOrEqual(line.text.length);
          expect(`${line.text.slice(0, line.cursor)}\n${line.text.slice(line.cursor)}`).not.toMatch(/\p{Surrogate}/u);
        }
      }),
    );
  });
});

describe('the line on the screen', () => {
  const rows = (marked: string, width: number, height: number) => {
    const { rows: shown, cursor } = inputRows(at(marked), width, height);
    return { rows: shown.map((row) => row.map(({ text }) => text).join('')), cursor };
  };

  test('breaks where it is full, and shows its newlines', () => {
    expect(rows('hello|', 10, 3)).toEqual({ rows: ['> hello'], cursor: { row: 0, column: 7 } });
    expect(rows('abcdefghij|', 10, 3)).toEqual({ rows: ['> abcdefgh', '  ij'], cursor: { row: 1, column: 4 } });
    expect(rows('abcdefgh|', 10, 3)).toEqual({ rows: ['> abcdefgh', '  '], cursor: { row: 1, column: 2 } });
    expect(rows('a\nb|c', 10, 3)).toEqual({ rows: ['> a⏎', '  bc'], cursor: { row: 1, column: 3 } });
    expect(rows('日本語|', 7, 3)).toEqual({ rows: ['> 日本', '  語'], cursor: { row: 1, column: 4 } });
    expect(rows('a\u001b[31m|', 20, 1).rows).toEqual(['> a␛[31m']);
  });

  test('shows the rows around the cursor, and is quick about very long ones', () => {
    const long = Array.from({ length: 5_000 }, (_, i) => `word${i}`).join(' ');
    const began = performance.now();
    for (let i = 0; i < 20; i++) expect(rows(`${long}|`, 80, 5).rows.at(-1)).toContain('word4999');
    expect((performance.now() - began) / 20).toBeLessThan(50);
  });

  test('fits, whatever is on it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.nat(300),
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        (text, cursor, width, height) => {
          const { rows: shown, cursor: place } = inputRows({ text, cursor: Math.min(cursor, text.length) }, width, height);
          expect(shown.length).toBeLessThanOrEqual(height);
          for (const row of shown) expect(rowWidth(row)).toBeLessThanOrEqual(width);
          expect(place.row).toBeLessThan(shown.length);
          expect(place.column).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the composer', () => {
  const open = (list: readonly string[] = []) =>
    createComposer(
      sourcesWith({
        members: () => ['Ana', 'Ana María', 'Ángel', 'Juan'],
        knocks: () => ['Pedro'],
        rooms: () => ['Family', 'Farm'],
        list: async () => list,
      }),
      () => {},
    );
  const type = (composer: ReturnType<typeof open>, text: string) => composer.press({ kind: 'text', text });
  const press = (composer: ReturnType<typeof open>, ...keys: string[]) => keys.map((name) => composer.press({ kind: 'key', name })).at(-1);

  test('completes commands, who and where they are about', () => {
    for (const [typed, completed] of [
      ['/inv', '/invite |'],
      ['/admitir', '/admitir |'],
      ['/sali', '/salir |'],
      ['/admit p', '/admit Pedro |'],
      ['/msg jU', '/msg Juan |'],
      ['/room fam', '/room Family |'],
      ['/call mu', '/call mute |'],
      ['/llamada sil', '/llamada silencio |'],
      ['/privado ana m', '/privado Ana María |'],
      ['áng', 'Ángel: |'],
      ['hello @ju', 'hello @Juan |'],
      ['hello ju', 'hello Juan |'],
    ] as const) {
      const composer = open();
      type(composer, typed);
      press(composer, 'tab');
      expect(show(composer.line), typed).toBe(completed);
    }
  });

  test('shows what all could be meant, and goes round', () => {
    const composer = open();
    type(composer, '/room f');
    press(composer, 'tab');
    expect(show(composer.line)).toBe('/room Fa|');
    expect(composer.candidates).toEqual(['Family ', 'Farm ']);
    press(composer, 'tab');
    expect(show(composer.line)).toBe('/room Family |');
    press(composer, 'tab');
    expect(show(composer.line)).toBe('/room Farm |');
    press(composer, 'back-tab');
    expect(show(composer.line)).toBe('/room Family |');
    type(composer, 'x');
    expect(composer.candidates).toEqual([]);
    press(composer, 'tab');
    expect(composer.foundNothing).toBe(true);
  });

  test('does not touch what was typed while a disk was slow', async () => {
    let answer: (names: string[]) => void = () => {};
    const composer = createComposer(
      {
        spanish: false,
        members: () => [],
        knocks: () => [],
        rooms: () => [],
        files: async () => [],
        transfers: () => [],
        list: () => new Promise((resolve) => (answer = resolve)),
      },
      () => {},
    );
    type(composer, 'see ./pa');
    press(composer, 'tab');
    type(composer, 'X');
    answer(['package.json']);
    await Promise.resolve();
    expect(show(composer.line)).toBe('see ./paX|');
  });

  test('recalls what was entered, and keeps what was begun', () => {
    const composer = open();
    for (const text of ['one', 'two']) {
      type(composer, text);
      expect(press(composer, 'enter')).toBe('enter');
      expect(composer.take()).toBe(text);
    }
    type(composer, 'three');
    press(composer, 'up', 'up', 'up');
    expect(composer.line.text).toBe('one');
    press(composer, 'down', 'down', 'down');
    expect(composer.line.text).toBe('three');
  });

  test('takes no more than a message holds', () => {
    const composer = open();
    expect(composer.press({ kind: 'paste', text: 'ñ'.repeat(32 * 1024) })).toBe('changed');
    expect(type(composer, 'x')).toBe('too-long');
    expect(composer.line.text).toHaveLength(32 * 1024);
  });
});
