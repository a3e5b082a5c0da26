import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FolderEntry } from '../../src/client/api.ts';
import { centralHeader, crc32, descriptor, endOfZip, localHeader } from '../../src/client/browser/files/zip-format.ts';
import { createZipSink } from '../../src/client/browser/files/zip-sink.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { createCollectingSink } from './support/collecting-sink.ts';

const INDEX = 7;
const MODIFIED = new Date(2026, 4, 12, 16, 20, 30).getTime();

/** A folder's plaintext, and what its index says about it. */
function folderOf(files: Readonly<Record<string, string>>): { plain: Buffer; entries: FolderEntry[] } {
  const parts = [Buffer.alloc(INDEX, 'i')];
  let offset = INDEX;
  const entries = Object.entries(files).map(([path, text]) => {
    const bytes = Buffer.from(text);
    parts.push(bytes);
    offset += bytes.length;
    return { path, size: bytes.length, modified: MODIFIED, offset: offset - bytes.length };
  });
  return { plain: Buffer.concat(parts), entries };
}

function unpack(zip: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-zip-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.zip'), zip);
  execFileSync('unzip', ['-tqq', 'a.zip'], { cwd: folder });
  execFileSync('unzip', ['-qq', 'a.zip'], { cwd: folder });
  return folder;
}

const files = {
  'a.txt': 'first',
  'empty.txt': '',
  'hollow/': '',
  'más/ñandú 🐦.txt': 'x'.repeat(1000),
  'más/z.txt': 'last',
};

async function feed(sink: ReturnType<typeof createZipSink>, bytes: Buffer, step: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += step) await sink.write(bytes.subarray(at, at + step));
}

describe('a folder as a ZIP file', () => {
  it.each([1, 3, 64, 100_000])('comes out of unzip as it went in, in pieces of %i bytes', async (step) => {
    const { plain, entries } = folderOf(files);
    const inner = createCollectingSink();
    const sink = createZipSink(inner, 'photos', entries);
    await sink.begin(0);
    await feed(sink, plain, step);
    await sink.finish();
    const folder = unpack(inner.bytes());
    for (const [path, text] of Object.entries(files)) {
      const at = join(folder, 'photos', path);
      if (path.endsWith('/')) expect(statSync(at).isDirectory()).toBe(true);
      else expect(readFileSync(at, 'utf8')).toBe(text);
    }
    expect(statSync(join(folder, 'photos/a.txt')).mtime.getTime()).toBe(MODIFIED);
  });

  it('goes on from where it was synced, also in the middle of a file', async () => {
    const { plain, entries } = folderOf(files);
    const inner = createCollectingSink();
    const sink = createZipSink(inner, 'photos', entries);
    const half = INDEX + 300;
    await sink.begin(0);
    await sink.write(plain.subarray(0, half));
    await sink.sync();
    await sink.write(plain.subarray(half, half + 500));
    await expect(sink.begin(half + 1)).rejects.toMatchObject({ code: 'target_gone' });
    await sink.begin(half);
    await sink.write(plain.subarray(half));
    await sink.finish();
    expect(readFileSync(join(unpack(inner.bytes()), 'photos/más/ñandú 🐦.txt'), 'utf8')).toBe(files['más/ñandú 🐦.txt']);
    await sink.begin(0);
    expect(inner.bytes()).toHaveLength(0);
  });

  it('is over where a write broke off: nobody knows how much of it is there', async () => {
    const { plain, entries } = folderOf(files);
    const inner = createCollectingSink();
    let writes = 0;
    const shaky = {
      ...inner,
      write: (bytes: Uint8Array) => (++writes === 2 ? Promise.reject(new CodedError('timeout')) : inner.write(bytes)),
    };
    const sink = createZipSink(shaky, 'photos', entries);
    await sink.begin(0);
    await expect(sink.write(plain)).rejects.toMatchObject({ code: 'timeout' });
    await expect(sink.write(plain)).rejects.toMatchObject({ code: 'target_gone' });
    await sink.begin(0);
    await sink.write(plain);
    await sink.finish();
    unpack(inner.bytes());
  });

  it('is refused where the contents are shorter than the index says', async () => {
    const { plain, entries } = folderOf(files);
    const sink = createZipSink(createCollectingSink(), 'photos', entries);
    await sink.begin(0);
    await sink.write(plain.subarray(0, -1));
    await expect(sink.finish()).rejects.toMatchObject({ code: 'file_damaged' });
  });

  it('says sizes and places of 4 GiB and more in 64 bits', () => {
    // Zeros that nobody has to write: unzip lists what the directory says, behind a hole in the file.
    const size = 5 * 2 ** 30;
    const name = new TextEncoder().encode('photos/large.bin');
    const small = new TextEncoder().encode('photos/small.txt');
    const text = Buffer.from('behind it');
    const header = localHeader({ name, size, modified: MODIFIED });
    const after = descriptor({ size, crc: 0 });
    const offset = header.length + size + after.length;
    const second = Buffer.concat([
      localHeader({ name: small, size: text.length, modified: MODIFIED }),
      text,
      descriptor({ size: text.length, crc: crc32(text) }),
    ]);
    const directory = Buffer.concat([
      centralHeader({ name, size, modified: MODIFIED, offset: 0, crc: 0 }),
      centralHeader({ name: small, size: text.length, modified: MODIFIED, offset, crc: crc32(text) }),
    ]);
    const end = endOfZip(2, offset + second.length, directory.length);
    const folder = mkdtempSync(join(tmpdir(), 'corrillo-zip-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const zip = openSync(join(folder, 'a.zip'), 'w');
    writeSync(zip, header, 0, header.length, 0);
    const rest = Buffer.concat([after, second, directory, end]);
    writeSync(zip, rest, 0, rest.length, header.length + size);
    closeSync(zip);
    const run = (...args: string[]) => execFileSync('unzip', args, { cwd: folder, encoding: 'utf8' });
    expect(run('-l', 'a.zip')).toMatch(new RegExp(`${size} .* photos/large.bin\\n.* 9 .* photos/small.txt\\n`));
    expect(run('-p', 'a.zip', 'photos/small.txt')).toBe('behind it');
  });

  it('has the checksum of ISO 3309', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(Buffer.from('6789'), crc32(Buffer.from('12345')))).toBe(0xcbf43926);
  });
});
