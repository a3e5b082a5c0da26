import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNameGiver, createPathGiver, nameKey, numberName, safeFileName, safePath } from '../../../src/client/files/names.ts';

const bytes = (text: string) => Buffer.byteLength(text);
/** Said another way than the code says it. */
const DEVICES = [
  'CON',
  'PRN',
  'AUX',
  'NUL',
  'CLOCK$',
  'CONIN$',
  'CONOUT$',
  ...['COM', 'LPT'].flatMap((port) => '0123456789¹²³'.split('').map((n) => port + n)),
];
const isDevice = (name: string) => DEVICES.includes((name.split('.')[0] as string).trimEnd().toUpperCase());

/** Pieces that hostile names are made of, so that chance meets what matters. */
const piece = fc.oneof(
  fc.constantFrom(
    ...DEVICES,
    'con',
    'nul',
    '.',
    '..',
    '/',
    '\\',
    ':',
    ' ',
    '\u00a0',
    '.txt',
    '.tar.gz',
    'a',
    'ß',
    'é',
    'e\u0301',
    '\0',
    '\n',
    '\r',
    '\u001b[2J',
  ),
  fc.constantFrom(
    '\u202e',
    '\u2066',
    '\u200f',
    '\u200d',
    '\u200c',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u0085',
    '\u{1f468}',
    '\ufe0f',
    '\ud800',
    '\udc00',
    '\u{e0041}',
  ),
  fc.constantFrom('x'.repeat(250), '語'.repeat(90), '\u{1f600}'.repeat(70), ' '.repeat(300), '.'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

function expectHarmless(name: string) {
  expect(name).not.toBe('');
  expect(bytes(name)).toBeLessThanOrEqual(255);
  // eslint-disable-next-line no-control-regex
  expect(name).not.toMatch(/[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u);
  expect(name).not.toMatch(/^\s|[\s.]$/u);
  expect(isDevice(name)).toBe(false);
}

describe('a file’s name', () => {
  it.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['Informe año 2026 (final).pdf', 'Informe año 2026 (final).pdf'],
    ['.bashrc', '.bashrc'],
    ['语言.tar.gz', '语言.tar.gz'],
    ['👨‍👩‍👧.png', '👨‍👩‍👧.png'],
    ['نامه‌ها.txt', 'نامه‌ها.txt'],
    ['a\u200db.txt', 'ab.txt'],
    ['', 'file'],
    ['   ', 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['. . .', 'file'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\Windows\\evil.exe', 'C__Windows_evil.exe'],
    ['\\\\server\\share', '__server_share'],
    ['a.txt:stream', 'a.txt_stream'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['aux .h', '_aux .h'],
    ['com¹', '_com¹'],
    ['LPT9.', '_LPT9'],
    ['C\u200bON', '_CON'],
    ['CONfetti.txt', 'CONfetti.txt'],
    ['console.log', 'console.log'],
    ['com10', 'com10'],
    ['report.pdf. . ', 'report.pdf'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['a\0b\nc\u001b[31m.txt', 'abc[31m.txt'],
    ['half \ud83d.txt', 'half _.txt'],
    ['a/b', 'a_b'],
    ['"<>|?*', '______'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
    expectHarmless(safe);
  });

  it('keeps its extension when it is cut', () => {
    const long = safeFileName(`${'x'.repeat(4000)}.jpeg`);
    expect(long).toMatch(/^x+\.jpeg$/);
    expect(bytes(long)).toBe(255);
    expect(safeFileName(`${'語'.repeat(1400)}.tar.gz`)).toMatch(/^語+\.tar\.gz$/);
    expect(safeFileName(`${'y'.repeat(100_000)}.webm`)).toMatch(/^y+\.webm$/);
    // What is no extension is cut too.
    expect(bytes(safeFileName(`a.${'z'.repeat(4000)}`))).toBe(255);
    // Never through a character.
    expect(safeFileName('\u{1f600}'.repeat(100))).toBe('\u{1f600}'.repeat(63));
  });

  it('is harmless whatever it was, and stays as it is when it is made harmless again', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFileName(name);
        expectHarmless(safe);
        expect(safeFileName(safe)).toBe(safe);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a path', () => {
  it.each([
    ['photos/2026/a.jpg', 'photos/2026/a.jpg'],
    ['../../../etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['a/../../b', 'a/b'],
    ['./a//b/./c', 'a/b/c'],
    ['a/.. /b', 'a/b'],
    ['a/\u202e../b', 'a/file/b'],
    ['a/...', 'a/file'],
    ['..\\..\\x', '.._.._x'],
    ['C:/Windows/x', 'C_/Windows/x'],
    ['src/aux/nul.c', 'src/_aux/_nul.c'],
    ['empty/', 'empty'],
    ['', 'file'],
    ['///', 'file'],
  ])('%j becomes %j', (path, safe) => {
    expect(safePath(path)).toBe(safe);
  });

  it('leads nowhere but down, not too deep and not too far', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { maxLength: 100 }).map((parts) => parts.join('/')),
        (path) => {
          const safe = safePath(path);
          const parts = safe.split('/');
          for (const part of parts) expectHarmless(part);
          expect(parts.length).toBeLessThanOrEqual(64);
          expect(bytes(safe)).toBeLessThanOrEqual(1024);
          expect(safePath(safe)).toBe(safe);
        },
      ),
      { numRuns: 500 },
    );
    expect(safePath(`${'a/'.repeat(2000)}end.txt`)).toMatch(/^(a\/){63}end\.txt$/);
    expect(safePath(`${'語'.repeat(80)}/`.repeat(50) + 'end.txt')).toMatch(/^(語+\/){4}end\.txt$/);
  });
});

describe('a name that is taken', () => {
  it('gets a number before its extension', () => {
    const names = createNameGiver();
    expect(['a.txt', 'a.txt', 'A.TXT', 'a.txt', 'b.tar.gz', 'B.tar.gz', '.rc', '.rc', 'x', 'x'].map(names.give)).toEqual([
      'a.txt',
      'a (2).txt',
      'A (3).TXT',
      'a (4).txt',
      'b.tar.gz',
      'B (2).tar.gz',
      '.rc',
      '.rc (2)',
      'x',
      'x (2)',
    ]);
  });

  it('is taken however its accents are composed', () => {
    const names = createNameGiver();
    expect(names.give('caf\u00e9')).toBe('caf\u00e9');
    expect(names.give('CAFE\u0301')).toBe('CAFE\u0301 (2)');
  });

  it('leaves alone what has a number already', () => {
    const names = createNameGiver();
    expect(['a (2)', 'a', 'a', 'a (2)'].map(names.give)).toEqual(['a (2)', 'a', 'a (3)', 'a (2) (2)']);
  });

  it('fits with its number, and is harmless with it', () => {
    for (const number of [2, 10_000]) {
      expectHarmless(numberName(`${'語'.repeat(84)}.md`, number));
      // Of a name of dots nothing is left when it is cut.
      expectHarmless(numberName(safeFileName(`${'.'.repeat(249)}xx.md`), number));
    }
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (raw) => {
        const names = createNameGiver();
        const given = [...raw, ...raw].map((name) => names.give(safeFileName(name)));
        for (const name of given) expectHarmless(name);
        expect(new Set(given.map(nameKey)).size).toBe(given.length);
      }),
    );
  });

  it('does not slow down when everything has one name', () => {
    const names = createNameGiver();
    let last = '';
    for (let i = 0; i < 100_000; i++) last = names.give('a.txt');
    expect(last).toBe('a (100000).txt');
  });
});

describe('the paths of a folder', () => {
  it('keep files in their folders, and folders apart that would be one', () => {
    const paths = createPathGiver();
    const raw = ['a/x', 'A/x', 'a/X', 'a:/x', 'a?/x', 'a', 'a/../a/x', 'b/', 'b/', 'b/c', '../b/d/', 'x/..', 'x/y'];
    expect(raw.map(paths.give)).toEqual([
      'a/x',
      'A (2)/x',
      'a/X (2)',
      'a_/x',
      'a_ (2)/x',
      'a (3)',
      'a/a/x',
      'b/',
      'b/',
      'b/c',
      'b/d/',
      'x',
      'x (2)/y',
    ]);
    expect(paths.folders()).toBe(8);
  });

  it('are each another one, as files', () => {
    fc.assert(
      fc.property(fc.array(fc.array(hostile, { minLength: 1, maxLength: 4 }), { maxLength: 20 }), (raw) => {
        const paths = createPathGiver();
        const given = raw.map((parts) => paths.give(`${parts.join('/')}x`));
        for (const path of given) for (const part of path.split('/')) expectHarmless(part);
        const files = new Set(given.map(nameKey));
        expect(files.size).toBe(given.length);
        // No file stands where a folder is.
        for (const path of given) {
          const parts = path.split('/');
          for (let i = 1; i < parts.length; i++) expect(files.has(nameKey(parts.slice(0, i).join('/')))).toBe(false);
        }
      }),
    );
  });
});
