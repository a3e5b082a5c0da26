import { describe, expect, it } from 'vitest';
import { createFileSource } from '../../src/client/browser/files/file-source.ts';
import { createFolderSource } from '../../src/client/browser/files/folder-source.ts';
import { picksOfInput } from '../../src/client/browser/files/picks.ts';
import { decodeFolderIndex } from '../../src/client/files/folder-index.ts';

const signal = new AbortController().signal;
const fileOf = (text: string, name: string, path = '') =>
  Object.defineProperty(new File([text], name, { lastModified: 1_700_000_000_000 }), 'webkitRelativePath', { value: path });

describe('a file that was chosen', () => {
  it('is read in slices up to its end', async () => {
    const source = createFileSource(fileOf('0123456789', 'a.txt'));
    expect(source).toMatchObject({ name: 'a.txt', size: 10, place: null, folder: null });
    const read = async (at: number, length: number) => Buffer.from(await source.read(at, length, signal)).toString();
    expect(await read(0, 4)).toBe('0123');
    expect(await read(8, 4)).toBe('89');
    expect(await read(10, 4)).toBe('');
    await source.check();
  });

  it.each([
    ['a file', () => createFileSource(fileOf('0123456789', 'a.txt'))],
    ['a folder', () => createFolderSource('b', [{ path: 'a.txt', file: fileOf('0123456789', 'a.txt') }], [])],
  ])('gives memory back when two more reads were begun: %s', async (_what, open) => {
    const source = await open();
    const read = () => source.read(0, 4, signal);
    const [first, second] = [await read(), await read()];
    const [held, third] = [first.length, read()];
    expect([held, first.length, second.length]).toEqual([4, 0, 4]);
    expect((await third).length).toBe(4);
    expect(second.length).toBe(4);
  });

  it('is another one where size, time or name differ', () => {
    const stamps = [
      new File(['abc'], 'a', { lastModified: 1 }),
      new File(['abc'], 'a', { lastModified: 2 }),
      new File(['abcd'], 'a', { lastModified: 1 }),
      new File(['abc'], 'b', { lastModified: 1 }),
    ].map((file) => createFileSource(file).stamp);
    expect(new Set(stamps).size).toBe(4);
  });

  it.each([
    ['NotFoundError', 'source_gone'],
    ['NotReadableError', 'source_changed'],
    ['SecurityError', 'source_unreadable'],
  ])('that fails with %s is %s', async (name, code) => {
    const file = fileOf('abc', 'a.txt');
    file.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('', name)) }) as unknown as Blob;
    await expect(createFileSource(file).read(0, 2, signal)).rejects.toMatchObject({ code });
    await expect(createFileSource(file).check()).rejects.toMatchObject({ code });
  });

  it('that got shorter has changed', async () => {
    const file = fileOf('abc', 'a.txt');
    file.slice = () => new Blob(['a']);
    await expect(createFileSource(file).read(0, 3, signal)).rejects.toMatchObject({ code: 'source_changed' });
  });
});

describe('a folder that was chosen', () => {
  const chosen = [
    fileOf('single', 'single.txt'),
    fileOf('zweite', 'z.txt', 'photos/z.txt'),
    fileOf('', 'empty', 'photos/a/empty'),
    fileOf('erste', 'b.txt', 'photos/a/b.txt'),
  ];

  it('is told apart from the files beside it', () => {
    const picks = picksOfInput(chosen);
    expect(picks.map((pick) => (pick.kind === 'file' ? pick.file.name : pick.name))).toEqual(['single.txt', 'photos']);
  });

  it('reads as its index and the contents end to end, whatever the slices', async () => {
    const [, folder] = picksOfInput(chosen);
    if (folder?.kind !== 'folder') throw new Error('no folder');
    const source = await createFolderSource(folder.name, folder.files, ['hollow/']);
    const index = source.folder?.index as number;
    expect(source.folder?.files).toBe(4);
    const read = async (step: number) => {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < (source.size as number); at += step) pieces.push(Uint8Array.from(await source.read(at, step, signal)));
      return Buffer.concat(pieces);
    };
    const whole = await read(1 << 20);
    for (const step of [1, 3, 7]) expect(await read(step)).toEqual(whole);
    expect(whole.length).toBe(source.size);
    const entries = decodeFolderIndex(whole.subarray(0, index), whole.length);
    expect(entries.map(({ path, offset, size }) => [path, whole.subarray(offset, offset + size).toString()])).toEqual([
      ['a/b.txt', 'erste'],
      ['a/empty', ''],
      ['hollow/', ''],
      ['z.txt', 'zweite'],
    ]);
    await source.check();
    const same = await createFolderSource('other', folder.files.toReversed(), ['hollow/']);
    expect(same.stamp).toBe(source.stamp);
    expect((await createFolderSource('photos', folder.files, [])).stamp).not.toBe(source.stamp);
  });
});
