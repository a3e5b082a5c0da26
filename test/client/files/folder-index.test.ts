import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFolderIndex, encodeFolderIndex, FOLDER_LIMITS } from '../../../src/client/files/folder-index.ts';
import { CodedError, decodeValue, encodeValue } from '../../../src/protocol/index.ts';

const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error);
  }
  return 'taken';
};

/** As a stranger would write it; `size` as its message would say it. */
const decode = (index: unknown, contents: number, bytes = encodeValue(index)) => decodeFolderIndex(bytes, bytes.length + contents);

describe('a folder’s index', () => {
  it('is a list that any CBOR reader opens', () => {
    const { bytes, files, size } = encodeFolderIndex([
      { path: 'b.txt', size: 5, modified: 1_700_000_000_000, disk: 'one' },
      { path: 'a/empty/', size: 0, modified: 1.5, disk: 'two' },
      { path: 'a/c', size: 2 ** 33, modified: -1, disk: 'three' },
    ]);
    expect(decodeValue(bytes)).toEqual([
      ['a/c', 2 ** 33, 0],
      ['a/empty/', 0, 1],
      ['b.txt', 5, 1_700_000_000_000],
    ]);
    const n = bytes.length;
    expect(files.map(({ disk, offset }) => [disk, offset])).toEqual([
      ['three', n],
      ['two', n + 2 ** 33],
      ['one', n + 2 ** 33],
    ]);
    expect(size).toBe(n + 2 ** 33 + 5);
  });

  it('comes back as it was written', () => {
    const entry = fc.record({
      path: fc.tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\/f[0-9]{1,3}){0,3}$/), fc.boolean()),
      size: fc.oneof(
        fc.nat(),
        fc.maxSafeNat().map((n) => n % 2 ** 45),
      ),
      modified: fc.maxSafeNat(),
    });
    const list = fc.uniqueArray(entry, { maxLength: 40, selector: ({ path: [path] }) => path.toLowerCase() });
    fc.assert(
      fc.property(list, (raw) => {
        // Folders and files apart, so that none is below another.
        const files = raw.map(({ path: [path, folder], size, modified }) => ({
          path: folder ? `D/${path}/` : `F/${path}.x`,
          size: folder ? 0 : size,
          modified,
        }));
        const { bytes, files: placed, size } = encodeFolderIndex(files);
        expect(decodeFolderIndex(bytes, size)).toEqual(placed);
      }),
    );
    expect(decode([], 0)).toEqual([]);
  });

  it('comes out harmless, each path once', () => {
    const paths = ['../../x', 'X', 'a/../nul', 'a/b:c', 'a', '\u202eevil', '/abs'].map((path) => [path, 1, 0]);
    expect(decode(paths, 7).map(({ path }) => path)).toEqual(['x', 'X (2)', 'a/_nul', 'a/b_c', 'a (2)', 'evil', 'abs']);
  });

  it('is damaged where it is anything else', () => {
    const wrong: readonly [unknown, number][] = [
      [{}, 0],
      ['', 0],
      [0, 0],
      [null, 0],
      [[['a', 1]], 1],
      [[['a', 1, 0, 0]], 1],
      [[[1, 1, 0]], 1],
      [[['a', -1, 0]], 0],
      [[['a', 1.5, 0]], 1],
      [[['a', 1, '0']], 1],
      [[['a', 1, null]], 1],
      [[['a/', 1, 0]], 1],
      [[['a', 1, 0]], 0],
      [[['a', 1, 0]], 2],
      [
        [
          ['a', Number.MAX_SAFE_INTEGER, 0],
          ['b', Number.MAX_SAFE_INTEGER, 0],
        ],
        1,
      ],
      [[new Uint8Array(3)], 0],
    ];
    for (const [index, contents] of wrong) expect([index, codeOf(() => decode(index, contents))]).toEqual([index, 'folder_damaged']);
    const good = encodeValue([['a', 1, 0]]);
    for (let length = 0; length < good.length; length++) {
      expect(codeOf(() => decodeFolderIndex(good.subarray(0, length), length + 1))).toBe('folder_damaged');
    }
    expect(codeOf(() => decodeFolderIndex(Buffer.concat([good, Buffer.alloc(1)]), good.length + 2))).toBe('folder_damaged');
    // Not UTF-8; of indefinite length; a number past what can be counted.
    for (const hex of [
      '818361ff0000',
      '9f836161000 0ff',
      '8183616100 1bffffffffffffffff',
      '9bffffffffffffffff',
      '9affffffff',
      '817bffffffffffffffff',
    ]) {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      expect(codeOf(() => decodeFolderIndex(bytes, bytes.length))).toBe('folder_damaged');
    }
  });

  it('never does anything but open or be damaged', () => {
    const good = encodeValue([
      ['a/b', 3, 1],
      ['c', 0, 2],
      ['d/', 0, 3],
    ]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(9), (changes, contents) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        expect(['taken', 'folder_damaged']).toContain(codeOf(() => decodeFolderIndex(bytes, bytes.length + contents)));
      }),
      { numRuns: 2000 },
    );
  });

  it('has bounds, for whoever writes it and whoever reads it', () => {
    const many = (count: number, path: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => ({ path: path(i), size: 0, modified: 0 }));
    const over = many(FOLDER_LIMITS.entries + 1, (i) => `f${String(i)}`);
    const deep = many(4000, (i) => `${String(i)}/${'a/'.repeat(60)}f`);
    const wide = many(100_000, (i) => `${'w'.repeat(180)}${String(i)}`);
    for (const files of [over, deep, wide]) {
      expect(codeOf(() => encodeFolderIndex(files))).toBe('folder_too_large');
      expect(
        codeOf(() =>
          decode(
            files.map(({ path }) => [path, 0, 0]),
            0,
          ),
        ),
      ).toBe('folder_damaged');
    }
    // Of one that says it is larger than it is nothing is kept.
    expect(codeOf(() => decodeFolderIndex(new Uint8Array(FOLDER_LIMITS.indexBytes + 1), 2 ** 40))).toBe('folder_damaged');
  });

  it('is quick for as many files as there may be', () => {
    const files = Array.from({ length: FOLDER_LIMITS.entries }, (_, i) => ({
      path: `some/folder ${String(i % 100)}/deep/file-${String(i)}.txt`,
      size: i,
      modified: i,
    }));
    const { bytes, size } = encodeFolderIndex(files);
    const began = performance.now();
    expect(decodeFolderIndex(bytes, size)).toHaveLength(FOLDER_LIMITS.entries);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
