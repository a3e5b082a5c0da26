import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FolderEntry } from '../../../src/client/api.ts';
import { decodeFolderIndex, encodeFolderIndex } from '../../../src/client/files/folder-index.ts';
import type { FileSink } from '../../../src/client/files/ports.ts';
import { nodePlaces } from '../../../src/client/node/files/places.ts';
import { createFileSink, createFolderSink, createPipeSink, prepareDownloads } from '../../../src/client/node/index.ts';
import { bytesOf, codeOf, temporaryFolder } from './support.ts';

async function fill(sink: FileSink, content: Uint8Array, step: number, from = 0): Promise<void> {
  await sink.begin(from);
  for (let at = from; at < content.length; at += step) await sink.write(content.subarray(at, at + step));
}

/** As after a restart. */
const again = async (sink: FileSink) => (await nodePlaces.openSink(sink.place as string)) as FileSink;

describe('a file', () => {
  it.each([0, 1, 300_000, 9_000_000])('of %i bytes has its name when it is whole, and not before', async (size) => {
    const folder = temporaryFolder();
    const target = join(folder, 'a.bin');
    const content = bytesOf(size);
    const sink = createFileSink(target, size);
    expect(readdirSync(folder)).toEqual([]);
    await fill(sink, content, 262_112);
    await sink.sync();
    const [part = ''] = readdirSync(folder);
    expect(part).toMatch(/^\.corrillo-[0-9a-f]{12}\.part$/);
    expect(statSync(join(folder, part)).mode & 0o777).toBe(0o600);
    expect(await sink.finish()).toBe(target);
    expect(readdirSync(folder)).toEqual(['a.bin']);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('takes the place of nothing that is there', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.tar.gz'), 'mine');
    symlinkSync('/nowhere', join(folder, 'a (2).tar.gz'));
    mkdirSync(join(folder, 'a (3).tar.gz'));
    const sink = createFileSink(join(folder, 'a.tar.gz'), 3);
    await fill(sink, Buffer.from('new'), 3);
    expect(await sink.finish()).toBe(join(folder, 'a (4).tar.gz'));
    expect(readFileSync(join(folder, 'a.tar.gz'), 'utf8')).toBe('mine');
  });

  it('of one name, many at once, get a name each', async () => {
    const folder = temporaryFolder();
    const names = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const sink = createFileSink(join(folder, 'same'), 2);
        await fill(sink, Buffer.from(String(i).padStart(2, '0')), 2);
        return sink.finish();
      }),
    );
    expect(new Set(names).size).toBe(20);
    expect(new Set(names.map((name) => readFileSync(name, 'utf8'))).size).toBe(20);
  });

  it('goes on after a restart where it was synced, without what came after', async () => {
    const target = join(temporaryFolder(), 'a');
    // Shorter than what was written and not synced.
    const content = bytesOf(700_010);
    const first = createFileSink(target, content.length);
    await fill(first, content.subarray(0, 700_000), 50_000);
    await first.sync();
    await first.write(Buffer.from('what nobody remembers'));
    await first.close();
    const second = await again(first);
    await fill(second, content, 50_000, 700_000);
    await second.finish();
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(await codeOf(again(second))).toBe('target_gone');
  });

  it('that has less than it should is told as gone', async () => {
    const sink = createFileSink(join(temporaryFolder(), 'a'), 10);
    await fill(sink, bytesOf(5), 5);
    await sink.close();
    expect(await codeOf((await again(sink)).begin(6))).toBe('target_gone');
  });

  it('that got its name in the last moment before the end does not get another one', async () => {
    const folder = temporaryFolder();
    const target = join(folder, 'a');
    const sink = createFileSink(target, 5);
    await fill(sink, bytesOf(5), 5);
    await sink.close();
    linkSync(JSON.parse(sink.place as string).part, target);
    expect(await (await again(sink)).finish()).toBe(target);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('that is given up leaves nothing', async () => {
    const folder = temporaryFolder();
    const sink = createFileSink(join(folder, 'a'), 10);
    await fill(sink, bytesOf(5), 5);
    await sink.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not written where one may not, or what is no folder', async () => {
    expect(await codeOf(createFileSink('/proc/corrillo', 1).begin(0))).toBe('target_not_writable');
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await codeOf(createFileSink(join(folder, 'file', 'a'), 1).begin(0))).toBe('target_not_writable');
    chmodSync(folder, 0o500);
    onTestFinished(() => chmodSync(folder, 0o700));
    // Whoever runs this as root may write there.
    if (process.getuid?.() !== 0) expect(await codeOf(createFileSink(join(folder, 'a'), 1).begin(0))).toBe('target_not_writable');
  });
});

describe('a disk that is full', () => {
  /** A disk of two megabytes; where nobody may mount one, /dev/full says the same. */
  function smallDisk(): string | undefined {
    const folder = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    onTestFinished(() => void execFileSync('umount', ['-l', folder]));
    return folder;
  }

  it('is told, before where that can be seen and else when it happens', async () => {
    const folder = smallDisk();
    if (folder === undefined) {
      const full = createFileSink('/dev/full', 1);
      return expect(await codeOf(full.begin(0))).toMatch(/^target_/);
    }
    expect(await codeOf(createFileSink(join(folder, 'a'), 3_000_000).begin(0))).toBe('target_full');
    const sink = createFileSink(join(folder, 'a'), 1);
    const filled = fill(sink, bytesOf(8_000_000), 262_112).then(() => sink.sync());
    expect(await codeOf(filled)).toBe('target_full');
    await sink.abandon();
    expect(readdirSync(folder)).toEqual([]);
    const { bytes } = encodeFolderIndex([]);
    const entries = Array.from({ length: 40 }, (_, i) => ({
      path: `f${i}`,
      size: 100_000,
      modified: 0,
      offset: bytes.length + i * 100_000,
    }));
    expect(await codeOf(createFolderSink(join(folder, 'd'), entries).begin(0))).toBe('target_full');
    expect(readdirSync(folder)).toEqual([]);
  });
});

interface Given {
  readonly path: string;
  readonly content: Uint8Array;
  readonly modified: number;
}

/** A folder's plaintext as another device makes it, and its entries as this one reads them. */
function sealed(files: readonly Given[]): { plain: Buffer; entries: readonly FolderEntry[] } {
  const encoded = encodeFolderIndex(files.map(({ path, content, modified }) => ({ path, size: content.length, modified, content })));
  const plain = Buffer.concat([encoded.bytes, ...encoded.files.map(({ content }) => content)]);
  return { plain, entries: decodeFolderIndex(encoded.bytes, plain.length) };
}

const given = (path: string, content: string | Uint8Array, modified = 1e12): Given => ({ path, content: Buffer.from(content), modified });

/** Every file below a folder, with what is in it. */
function treeOf(root: string, below = ''): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below + entry.name;
    if (entry.isDirectory()) Object.assign(tree, { [`${path}/`]: '' }, treeOf(root, `${path}/`));
    else tree[path] = readFileSync(join(root, path), 'latin1');
  }
  return tree;
}

describe('a folder', () => {
  const FILES = [
    given('a/one', 'first'),
    given('a/two', ''),
    given('b', bytesOf(2_000_000), 1_234_567_890_123),
    given('c/d/e', bytesOf(4_000)),
    given('empty/', '', 999_999_000),
    given('z1', ''),
    given('z2', ''),
  ];
  const expected = {
    'a/': '',
    'a/one': 'first',
    'a/two': '',
    b: Buffer.from(bytesOf(2_000_000)).toString('latin1'),
    'c/': '',
    'c/d/': '',
    'c/d/e': Buffer.from(bytesOf(4_000)).toString('latin1'),
    'empty/': '',
    z1: '',
    z2: '',
  };

  it.each([997, 262_112, 5_000_000])('is there when all of it is, with its times, written in steps of %i', async (step) => {
    const folder = temporaryFolder();
    const { plain, entries } = sealed(FILES);
    const sink = createFolderSink(join(folder, 'pictures'), entries);
    await fill(sink, plain, step);
    await sink.sync();
    const [part = '', ...others] = readdirSync(folder);
    expect([part.startsWith('.corrillo-'), others]).toEqual([true, []]);
    expect(statSync(join(folder, part)).mode & 0o777).toBe(0o700);
    expect(await sink.finish()).toBe(join(folder, 'pictures'));
    expect(readdirSync(folder)).toEqual(['pictures']);
    expect(treeOf(join(folder, 'pictures'))).toEqual(expected);
    expect(statSync(join(folder, 'pictures', 'b')).mtimeMs).toBeCloseTo(1_234_567_890_123, -1);
    expect(statSync(join(folder, 'pictures', 'empty')).mtimeMs).toBe(999_999_000);
    expect(statSync(join(folder, 'pictures')).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  it('has what was given, whatever becomes of the memory it was given in', async () => {
    const folder = temporaryFolder();
    const content = bytesOf(400 * 5_000);
    const entries = Array.from({ length: 400 }, (_, i) => ({ path: `${i}`, size: 5_000, modified: 0, offset: i * 5_000 }));
    const sink = createFolderSink(join(folder, 'p'), entries);
    await sink.begin(0);
    const memory = new Uint8Array(7_001);
    for (let at = 0; at < content.length; at += memory.length) {
      const piece = content.subarray(at, at + memory.length);
      memory.set(piece);
      await sink.write(memory.subarray(0, piece.length));
      memory.fill(0);
    }
    const path = await sink.finish();
    for (const { path: name, offset } of entries) {
      expect(readFileSync(join(path, name)).equals(content.subarray(offset, offset + 5_000)), name).toBe(true);
    }
  });

  it('takes the place of no other, not even an empty one', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'pictures'));
    const { plain, entries } = sealed([given('a', 'x')]);
    const sink = createFolderSink(join(folder, 'pictures'), entries);
    await fill(sink, plain, 10);
    expect(await sink.finish()).toBe(join(folder, 'pictures (2)'));
    expect(readdirSync(join(folder, 'pictures'))).toEqual([]);
  });

  it('goes on after a restart wherever it was', async () => {
    const { plain, entries } = sealed(FILES);
    for (const cut of [1, 40, 200, 205, 206, 1_000_000, 2_000_300, plain.length - 1, plain.length].filter((at) => at <= plain.length)) {
      const folder = temporaryFolder();
      const first = createFolderSink(join(folder, 'p'), entries);
      await fill(first, plain.subarray(0, cut), 100_000);
      await first.sync();
      await first.write(plain.subarray(cut, cut + 3_000));
      await first.close();
      const second = await again(first);
      await fill(second, plain, 100_000, cut);
      await second.finish();
      expect(treeOf(join(folder, 'p'))).toEqual(expected);
    }
  });

  it('of which something went meanwhile is told as gone', async () => {
    const folder = temporaryFolder();
    const { plain, entries } = sealed(FILES);
    const sink = createFolderSink(join(folder, 'p'), entries);
    await fill(sink, plain, 100_000);
    await sink.sync();
    await sink.close();
    const { part } = JSON.parse(sink.place as string) as { part: string };
    writeFileSync(join(part, 'files', 'a', 'one'), 'fi');
    expect(await codeOf((await again(sink)).begin(plain.length))).toBe('target_gone');
    await sink.abandon();
    expect(readdirSync(folder)).toEqual([]);
    expect(await codeOf(again(sink))).toBe('target_gone');
  });

  it('keeps what others call their files inside', async () => {
    const folder = temporaryFolder();
    const names = [
      '../../up',
      '/etc/passwd',
      'C:\\windows\\x',
      '..',
      'a/../../b',
      'CON',
      'nul.txt',
      'x\u0000y',
      '\u202egnp.exe',
      'A',
      'a',
      'é',
      'e\u0301',
    ];
    const { plain, entries } = sealed(names.map((name, i) => given(name, String(i))));
    const sink = createFolderSink(join(folder, 'p'), entries);
    await fill(sink, plain, 50);
    await sink.finish();
    expect(readdirSync(folder)).toEqual(['p']);
    const files = Object.entries(treeOf(join(folder, 'p'))).filter(([path]) => !path.endsWith('/'));
    expect(files.map(([, content]) => Number(content)).toSorted((a, b) => a - b)).toEqual(names.map((_, i) => i));
  });

  it.each(['../up', 'a/../../up', '/up', 'a//b', './a', 'a\0b'])('refuses %j where nobody made it harmless', async (path) => {
    const folder = temporaryFolder();
    const sink = createFolderSink(join(folder, 'in', 'p'), [{ path, size: 1, modified: 0, offset: 0 }]);
    mkdirSync(join(folder, 'in'));
    await sink.begin(0);
    expect(await codeOf(sink.write(Uint8Array.of(1)).then(() => sink.sync()))).toBe('file_damaged');
    await sink.abandon();
    expect(treeOf(folder)).toEqual({ 'in/': '' });
  });
});

describe('a pipe', () => {
  it('takes bytes at its own pace, and says when nobody reads them any more', async () => {
    const taken: Buffer[] = [];
    let broken = false;
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        taken.push(chunk);
        setImmediate(() => done(broken ? Object.assign(new Error('gone'), { code: 'EPIPE' }) : null));
      },
    });
    const sink = createPipeSink(stream, '-');
    expect(sink).toMatchObject({ place: null, seekable: false });
    await fill(sink, Buffer.from('abcdef'), 2);
    expect(Buffer.concat(taken).toString()).toBe('abcdef');
    broken = true;
    expect(await codeOf(sink.write(Buffer.from('g')))).toBe('target_not_writable');
    expect(await codeOf(sink.write(Buffer.from('h')))).toBe('target_not_writable');
  });
});

it('the folders above it are made by many at once, and not where they cannot be', async () => {
  const folder = temporaryFolder();
  const target = join(folder, 'a', 'b', 'c', 'file');
  await Promise.all(Array.from({ length: 30 }, () => prepareDownloads(target)));
  expect(treeOf(folder)).toEqual({ 'a/': '', 'a/b/': '', 'a/b/c/': '' });
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o777 & ~process.umask());
  expect(await codeOf(prepareDownloads('/proc/a/b/file'))).toBe('target_not_writable');
  writeFileSync(join(folder, 'file'), '');
  expect(await codeOf(prepareDownloads(join(folder, 'file', 'a', 'b')))).toBe('target_not_writable');
});
