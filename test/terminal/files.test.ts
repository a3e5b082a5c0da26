import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileItem, Transfer } from '../../src/client/index.ts';
import { type Language, texts } from '../../src/client/locales/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { parseFileArguments } from '../../src/terminal/alone/file-arguments.ts';
import { filesRows, shortIds, shownTransfer } from '../../src/terminal/files/file-rows.ts';
import { createSizes } from '../../src/terminal/files/sizes.ts';
import { createTransferEvents } from '../../src/terminal/files/transfer-events.ts';
import { createTransferPace } from '../../src/terminal/files/transfer-pace.ts';
import { transferRows } from '../../src/terminal/files/transfer-rows.ts';
import { escapeWord, readTypedPaths, splitWords } from '../../src/terminal/files/typed-paths.ts';
import { type Completions, findCompletions } from '../../src/terminal/full/completion.ts';
import type { Row } from '../../src/terminal/text/rows.ts';
import { transferOf } from '../support/made-up-files.ts';
import { sourcesWith } from './completing.ts';

const textOf = (row: Row) => row.map(({ text }) => text).join('');

function file(id: string, name: string, change: Partial<FileItem['file']> = {}): FileItem {
  const shared = { id: id.padEnd(32, '0'), name, type: '', size: 2_400_000, files: null, preview: null, key: '', hash: '', ...change };
  return { kind: 'file', seq: 1, at: 0, device: 'aa', from: 'Ana', own: false, id: 'ee', file: shared };
}

describe('paths as they are typed', () => {
  const read = (typed: string, ...there: string[]) => readTypedPaths(typed, async (path) => there.includes(path));

  test.each<[string, string[], string[]]>([
    ['my holiday.jpg', ['my holiday.jpg'], ['my holiday.jpg']],
    ['a b', ['a', 'b'], ['a', 'b']],
    ['"my holiday.jpg" b', [], ['my holiday.jpg', 'b']],
    [String.raw`my\ holiday.jpg 'it"s' "a\"b"`, [], ['my holiday.jpg', 'it"s', 'a"b']],
    ["Ana's photos", [], ["Ana's photos"]],
    [`a"b c"d`, [], ['ab cd']],
    ['""', [], ['']],
    [String.raw`back\\slash`, [], [String.raw`back\slash`]],
  ])('%s', async (typed, there, expected) => {
    expect(await read(typed, ...there)).toEqual(expected);
  });

  test('know where home is', async () => {
    expect(await read('~/a "~/b" ~')).toEqual([join(homedir(), 'a'), join(homedir(), 'b'), homedir()]);
    expect(await read('~ana/a')).toEqual(['~ana/a']);
  });

  test('come out as they were escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (names) => {
        expect(splitWords(names.map(escapeWord).join(' ')).map(({ text }) => text)).toEqual(names);
      }),
    );
  });
});

describe('completion', () => {
  const disk: Record<string, string[]> = {
    '': ['my photos/', 'my file.txt', 'music/', 'a"b', '.hidden'],
    'my photos/': ['one two.jpg', 'sub/'],
    'music/': ['song.mp3'],
  };
  const sources = sourcesWith({ list: async (folder) => disk[folder] ?? [] });

  /** The lines that the one typed could become. */
  async function complete(typed: string): Promise<string[]> {
    const { from, candidates }: Completions = await findCompletions({ text: typed, cursor: typed.length }, sources);
    return candidates.map((candidate) => typed.slice(0, from) + candidate);
  }

  test.each<[string, string[]]>([
    ['/upload mu', ['/upload music/']],
    ['/upload music/s', ['/upload music/song.mp3 ']],
    ['/upload my', [String.raw`/upload my\ file.txt `, String.raw`/upload my\ photos/`]],
    [String.raw`/upload my\ ph`, [String.raw`/upload my\ photos/`]],
    ['/upload my ph', [String.raw`/upload my\ photos/`]],
    [String.raw`/upload my\ photos/o`, [String.raw`/upload my\ photos/one\ two.jpg `]],
    ['/upload "my photos/o', ['/upload "my photos/one two.jpg" ']],
    ['/upload music/song.mp3 a', [String.raw`/upload music/song.mp3 a\"b `]],
    ['/subir .h', ['/subir .hidden ']],
    ['/download 3f', ['/download 3fa2 ', '/download 3fb7 ']],
    ['/download rep', ['/download 3fa2 ']],
    ['/descargar 3fa2 mu', ['/descargar 3fa2 music/']],
    ['/delete photo', ['/delete 3fb7 ']],
    ['/pause so', ['/pause song.mp3']],
    ['/cancel ', ['/cancel song.mp3', '/cancel aa11bb22', '/cancel bb11bb22']],
  ])('of %s', async (typed, expected) => {
    expect(await complete(typed)).toEqual(expected);
  });
});

describe('sizes', () => {
  test.each<[number, string, string]>([
    [0, '0 B', '0 B'],
    [999, '999 B', '999 B'],
    [1_000, '1.0 kB', '1,0 kB'],
    [2_449_999, '2.4 MB', '2,4 MB'],
    [99_960_000, '100 MB', '100 MB'],
    [999_600, '1.0 MB', '1,0 MB'],
    [1.5e15, '1.5 PB', '1,5 PB'],
    [1.234567e18, '1,235 PB', '1.235 PB'],
  ])('of %i bytes', (bytes, english, spanish) => {
    expect([createSizes('en').size(bytes), createSizes('es').size(bytes)]).toEqual([english, spanish]);
  });

  test('and times', () => {
    const sizes = createSizes('en');
    expect([0, 59_600, 247_000, 3_847_000].map(sizes.time)).toEqual(['0:00', '1:00', '4:07', '1:04:07']);
    expect([sizes.percent(0, 3), sizes.percent(2, 3), sizes.percent(0, 0), sizes.percent(9, 3)]).toEqual(['0 %', '66 %', '100 %', '100 %']);
  });
});

describe('how fast', () => {
  test('is of the last seconds, and counts from where this run began', () => {
    let now = 0;
    const pace = createTransferPace(() => now);
    const at = (ms: number, done: number) => {
      now = ms;
      const moved = transferOf({ done, began: 500_000, total: 1_000_000 });
      pace.note(moved);
      return [pace.rate(moved), pace.left(moved)];
    };
    expect(at(0, 500_000)).toEqual([undefined, undefined]);
    expect(at(1_000, 600_000)).toEqual([100_000, 4_000]);
    // It slows down: what was long ago does not count.
    for (let second = 2; second <= 20; second++) at(second * 1000, 600_000 + second * 1_000);
    expect(at(21_000, 621_000)[0]).toBeCloseTo(1_000, -1);
    const paused = transferOf({ state: 'paused' });
    pace.note(paused);
    expect(pace.rate(paused)).toBeUndefined();
  });
});

describe('rows', () => {
  const style = (language: Language) => {
    let now = 0;
    const pace = createTransferPace(() => now);
    pace.note(transferOf({ done: 100_000, began: 100_000 }));
    now = 2_000;
    pace.note(transferOf({ done: 450_000, began: 100_000 }));
    return { t: texts(language).terminal, sizes: createSizes(language), pace };
  };

  test('say what, how far, how fast and how long', () => {
    const rows = (columns: number, change: Partial<Transfer> = {}) =>
      transferRows([transferOf({ done: 450_000, ...change })], columns, 5, style('en')).map(textOf);
    expect(rows(80)).toEqual(['↓ report.pdf  ━━━━━━━━━───────────  45 %  175 kB/s  0:03 left']);
    expect(rows(50)).toEqual(['↓ report.pdf  45 %  175 kB/s  0:03 left']);
    expect(rows(80, { direction: 'up', total: null })).toEqual(['↑ report.pdf  450 kB  175 kB/s']);
    expect(rows(80, { state: 'paused' })[0]).toMatch(/45 % {2}paused: \/resume goes on$/);
    expect(transferRows([transferOf({ done: 450_000 })], 80, 5, style('es')).map(textOf)[0]).toMatch(/45 % {2}175 kB\/s {2}faltan 0:03$/);
  });

  test('are no more than there is room for', () => {
    const many = Array.from({ length: 9 }, (_, i) => transferOf({ id: `id${i}`, name: `f${i}` }));
    const rows = transferRows(many, 80, 4, style('en')).map(textOf);
    expect(rows).toHaveLength(4);
    expect(rows[3]).toBe('  and 6 more on their way: /files');
  });

  test('of names of others hold no controls and do not grow too wide', () => {
    const asFolder = transferOf({ name: 'holiday', folder: true });
    expect(transferRows([asFolder], 80, 4, style('en')).map(textOf)[0]).toMatch(/^↓ holiday\/ /);
    expect(shownTransfer(asFolder)).toBe('↓ holiday/');
    const [row] = transferRows([transferOf({ name: `\u001b[31m\u202e${'x'.repeat(400)}` })], 80, 4, style('en'));
    expect(textOf(row as Row)).toMatch(/^↓ ␛\[31m<U\+202E>x+…/);
    expect(textOf(row as Row).length).toBeLessThanOrEqual(80);
  });

  test('of /files are a table, with as many digits as it takes', () => {
    const items = [file('3fa2', 'report.pdf'), file('3fa27', 'pictures', { files: 3, size: 12_345 }), file('9', 'a\u0007')];
    const rows = filesRows({ kind: 'files', items, transfers: [transferOf({ done: 450_000 })] }, { ...style('en'), now: 300_000 });
    expect(rows.map(textOf)).toEqual([
      '  3fa20  report.pdf   2.4 MB  Ana, 5 min. ago',
      '  3fa27  pictures/   12.3 kB  Ana, 5 min. ago',
      '  9000   a␇           2.4 MB  Ana, 5 min. ago',
      '  ↓ report.pdf  45 %  175 kB/s  0:03 left',
    ]);
    expect(filesRows({ kind: 'files', items: [], transfers: [] }, { ...style('es'), now: 0 }).map(textOf)).toEqual([
      'Aún no hay archivos aquí: /subir RUTA envía uno.',
    ]);
  });

  test('short ids tell each from the others, whatever they are', () => {
    const ids = fc.uniqueArray(fc.string({ unit: fc.constantFrom('0', '1', 'a'), minLength: 32, maxLength: 32 }), { maxLength: 30 });
    fc.assert(
      fc.property(ids, (all) => {
        const short = shortIds(all);
        for (const id of all) {
          const digits = short.get(id) as string;
          expect(digits.length).toBeGreaterThanOrEqual(4);
          expect(all.filter((other) => other.startsWith(digits))).toEqual([id]);
        }
      }),
    );
  });
});

describe('events for scripts', () => {
  test('tell each change once, progress from where a run begins, and one end', () => {
    const told: unknown[] = [];
    const tell = createTransferEvents(
      (event, { state, done, code, path }) => told.push([event, state ?? done ?? code ?? path]),
      texts('en').errors,
    );
    const steps: Array<Partial<Transfer>> = [
      { state: 'waiting' },
      { state: 'waiting', error: new CodedError('refused') },
      { state: 'running', done: 400 },
      { state: 'running', done: 400 },
      { state: 'running', done: 500 },
      { state: 'paused', done: 500 },
      { state: 'running', done: 500 },
      { state: 'finishing', done: 1000 },
      { state: 'done', done: 1000, path: '/x' },
    ];
    for (const step of steps) tell(transferOf({ total: 1000, ...step }));
    expect(told).toEqual([
      ['transfer', 'waiting'],
      ['transfer', 'waiting'],
      ['transfer', 'running'],
      ['progress', 400],
      ['progress', 500],
      ['transfer', 'paused'],
      ['transfer', 'running'],
      ['progress', 500],
      ['transfer', 'finishing'],
      ['progress', 1000],
      ['downloaded', '/x'],
    ]);
    tell(transferOf({ state: 'failed', error: new CodedError('target_full') }));
    tell(transferOf({ id: 'other', state: 'cancelled' }));
    expect(told.slice(-2)).toEqual([
      ['transfer-failed', 'target_full'],
      ['transfer-cancelled', undefined],
    ]);
  });
});

describe('arguments', () => {
  test('of commands of their own', () => {
    expect(parseFileArguments(['a', 'b', '--room', '2', '--host', '[::1]:99'], 'upload')).toMatchObject({
      what: ['a', 'b'],
      room: '2',
      host: '::1',
      chatPort: 99,
    });
    expect(parseFileArguments(['-', '--name', 'dir.tar'], 'upload')).toMatchObject({ what: ['-'], name: 'dir.tar' });
    expect(parseFileArguments(['3fa2', '-o', '-'], 'download')).toMatchObject({ what: ['3fa2'], output: '-' });
  });

  test.each<['upload' | 'download', string[]]>([
    ['upload', []],
    ['upload', ['-']],
    ['upload', ['-', 'a', '--name', 'b']],
    ['upload', ['a', 'b', '--name', 'c']],
    ['upload', ['a', '-o', 'b']],
    ['download', []],
    ['download', ['a', 'b', '-o', '-']],
    ['download', ['a', '--name', 'b']],
  ])('corrillo %s %j is refused', (command, argv) => {
    expect(() => parseFileArguments(argv, command)).toThrow('bad_flag');
  });
});
