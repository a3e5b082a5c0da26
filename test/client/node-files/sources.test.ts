import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decodeFolderIndex } from '../../../src/client/files/folder-index.ts';
import { createPipeSource, openSource } from '../../../src/client/node/index.ts';
import { bytesOf, codeOf, forever, readAll, temporaryFolder, writeTree } from './support.ts';

const LONG_AGO = new Date('2001-02-03T04:05:06.789Z');

/** What this process holds open of a folder. */
function openBelow(folder: string): string[] {
  const handles = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return '';
    }
  });
  return handles.filter((path) => path.startsWith(folder));
}

describe('a file', () => {
  it.each([0, 1, 1000, 300_000])('of %i bytes is read to its end, whatever the steps', async (size) => {
    const path = join(temporaryFolder(), 'a report.PDF');
    const content = bytesOf(size);
    writeFileSync(path, content);
    const source = await openSource(path);
    expect(source).toMatchObject({ place: path, name: 'a report.PDF', type: 'application/pdf', size, folder: null });
    expect((await readAll(source, 4_097)).equals(content)).toBe(true);
    // Back by a part, as after a break.
    expect(Buffer.from(await source.read(size >> 1, 10, forever)).equals(content.subarray(size >> 1, (size >> 1) + 10))).toBe(true);
    await source.check();
    await source.close();
  });

  it('gives each read its own bytes until two more were begun, also where nobody waited', async () => {
    const path = join(temporaryFolder(), 'a');
    const content = bytesOf(800_000);
    writeFileSync(path, content);
    const source = await openSource(path);
    const reads = Array.from({ length: 8 }, async (_, i) => Uint8Array.from(await source.read(i * 100_000, 100_000, forever)));
    expect(Buffer.concat(await Promise.all(reads)).equals(content)).toBe(true);
    await source.close();
  });

  it('has the same stamp as long as it is the same file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a');
    writeFileSync(path, 'one');
    const { stamp } = await openSource(path);
    expect((await openSource(path)).stamp).toBe(stamp);
    utimesSync(path, LONG_AGO, LONG_AGO);
    expect((await openSource(path)).stamp).not.toBe(stamp);
  });

  it.each<[string, (path: string) => void]>([
    ['longer', (path) => appendFileSync(path, 'more')],
    ['shorter', (path) => writeFileSync(path, 'less')],
    ['of another time', (path) => utimesSync(path, LONG_AGO, LONG_AGO)],
    [
      'another one with the same name, size and time',
      (path) => {
        writeFileSync(`${path}.new`, bytesOf(10_000, 2));
        utimesSync(`${path}.new`, new Date(1e12), new Date(1e12));
        renameSync(`${path}.new`, path);
      },
    ],
  ])('that is %s than it was is noticed, before it is read and after', async (_how, change) => {
    const path = join(temporaryFolder(), 'a');
    const write = () => {
      writeFileSync(path, bytesOf(10_000));
      utimesSync(path, new Date(1e12), new Date(1e12));
    };
    write();
    const before = await openSource(path);
    change(path);
    expect(await codeOf(before.read(0, 10, forever))).toBe('source_changed');
    rmSync(path);
    write();
    const after = await openSource(path);
    await after.read(0, 10, forever);
    change(path);
    expect(await codeOf(after.check())).toBe('source_changed');
    await after.close();
  });

  it('that is not there, or went, is gone; what has no end is not read', async () => {
    const folder = temporaryFolder();
    expect(await codeOf(openSource(join(folder, 'nothing')))).toBe('source_gone');
    expect(await codeOf(openSource(join(folder, 'nothing', 'at all')))).toBe('source_gone');
    const path = join(folder, 'a');
    writeFileSync(path, 'one');
    const source = await openSource(path);
    rmSync(path);
    expect(await codeOf(source.read(0, 3, forever))).toBe('source_gone');
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    expect(await codeOf(openSource(join(folder, 'fifo')))).toBe('source_unreadable');
    expect(await codeOf(openSource('/dev/zero'))).toBe('source_unreadable');
  });
});

describe('a folder', () => {
  const FILES = {
    'b.txt': 'bee',
    'a/one.txt': 'first',
    'a/two.txt': '',
    'a/deeper/three.bin': bytesOf(5_000),
    'z/ñ 日.txt': 'text',
    'zz-last-and-empty': '',
  };

  function makeFolder(): string {
    const root = join(temporaryFolder(), 'pictures');
    writeTree(root, FILES);
    mkdirSync(join(root, 'empty'));
    return root;
  }

  it.each([7, 1_000, 100_000])('is its index and its files end to end, read in steps of %i', async (step) => {
    const root = makeFolder();
    utimesSync(join(root, 'b.txt'), LONG_AGO, LONG_AGO);
    const source = await openSource(root);
    const whole = await readAll(source, step);
    expect(whole.length).toBe(source.size);
    expect(source).toMatchObject({ name: 'pictures', type: '', place: root });
    const { files, index } = source.folder as { files: number; index: number };
    expect(files).toBe(6);
    const entries = decodeFolderIndex(whole.subarray(0, index), whole.length);
    expect(entries.map(({ path }) => path)).toEqual([...Object.keys(FILES), 'empty/'].toSorted());
    for (const { path, size, offset } of entries) {
      if (path.endsWith('/')) continue;
      expect(whole.subarray(offset, offset + size).equals(Buffer.from(FILES[path as keyof typeof FILES]))).toBe(true);
    }
    expect(entries.find(({ path }) => path === 'b.txt')?.modified).toBe(LONG_AGO.getTime());
    await source.check();
    await source.close();
  });

  it('is read as it is also where nobody waits for one read before the next, and is closed behind the last', async () => {
    const folder = temporaryFolder();
    writeTree(folder, { a: bytesOf(700_000, 2), b: bytesOf(700_000, 3), c: bytesOf(700_000, 4) });
    const source = await openSource(folder);
    const size = source.size as number;
    const expected = await readAll(source, 50_000);
    const offsets = Array.from({ length: Math.ceil(size / 90_000) }, (_, i) => i * 90_000);
    const reads = await Promise.all(offsets.map(async (offset) => Uint8Array.from(await source.read(offset, 90_000, forever))));
    expect(Buffer.concat(reads).equals(expected)).toBe(true);
    const last = [0, 800_000, 1_500_000].map((offset) => source.read(offset, 90_000, forever));
    await source.close();
    await Promise.all(last);
    expect(openBelow(folder)).toEqual([]);
  });

  it('is the same each time, and another one once anything in it is', async () => {
    const root = makeFolder();
    const first = await openSource(root);
    expect((await openSource(root)).stamp).toBe(first.stamp);
    writeFileSync(join(root, 'new'), '');
    expect((await openSource(root)).stamp).not.toBe(first.stamp);
  });

  it('leaves links and pipes out, and says how many', async () => {
    const root = makeFolder();
    symlinkSync('/etc/passwd', join(root, 'link'));
    symlinkSync('..', join(root, 'a', 'up'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    const source = await openSource(root);
    expect(source).toMatchObject({ left: 3, folder: { files: 6 } });
    await source.close();
  });

  it.each<[string, (root: string) => void]>([
    ['removed', (root) => rmSync(join(root, 'a', 'deeper', 'three.bin'))],
    ['written to', (root) => appendFileSync(join(root, 'a', 'deeper', 'three.bin'), 'more')],
  ])('with a file that was %s meanwhile has changed', async (_how, change) => {
    const root = makeFolder();
    const early = await openSource(root);
    change(root);
    expect(await codeOf(readAll(early, 1_000))).toBe('source_changed');
    const again = makeFolder();
    const late = await openSource(again);
    const { index } = late.folder as { index: number };
    // In the middle of the file.
    await late.read(0, index + 100, forever);
    change(again);
    expect(await codeOf(late.check())).toBe('source_changed');
    await Promise.all([early.close(), late.close()]);
  });

  it('may hold nothing', async () => {
    const root = join(temporaryFolder(), 'nothing');
    mkdirSync(root);
    const source = await openSource(root);
    expect(source.folder).toEqual({ files: 0, index: source.size });
    expect((await readAll(source, 100)).length).toBe(source.size);
  });
});

describe('a pipe', () => {
  it('is read in order, in whatever pieces it comes', async () => {
    const content = Buffer.from(bytesOf(100_000));
    const pieces = [1, 10, 65_536, 100_000].map((end, i, all) => content.subarray(all[i - 1] ?? 0, end));
    const source = createPipeSource(Readable.from(pieces), 'dir.tar');
    expect(source).toMatchObject({ place: null, size: null, name: 'dir.tar', type: 'application/x-tar' });
    expect((await readAll(source, 30_000)).equals(content)).toBe(true);
    expect((await source.read(100_000, 10, forever)).length).toBe(0);
  });

  it('cannot go back', async () => {
    const source = createPipeSource(Readable.from([Buffer.from('abcdef')]), 'a');
    await source.read(0, 3, forever);
    expect(await codeOf(source.read(0, 3, forever))).toBe('source_gone');
  });

  it('loses nothing when somebody stops waiting for it', async () => {
    const stream = new PassThrough();
    const source = createPipeSource(stream, 'a');
    stream.write('abc');
    const stop = new AbortController();
    const waiting = source.read(0, 6, stop.signal);
    setImmediate(() => stop.abort());
    await expect(waiting).rejects.toThrow('aborted');
    stream.end('defgh');
    expect(Buffer.from(await source.read(0, 6, forever)).toString()).toBe('abcdef');
    expect(Buffer.from(await source.read(6, 6, forever)).toString()).toBe('gh');
  });
});
