import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FolderEntry } from '../../../src/client/index.ts';
import { encodeFolderIndex } from '../../../src/client/files/folder-index.ts';
import { openBlob } from '../../../src/client/files/open-blob.ts';
import type { FileSink } from '../../../src/client/files/ports.ts';
import { CodedError } from '../../../src/protocol/index.ts';
import { hashByTheBook } from './chain-by-the-book.ts';
import { OURS, sealByTheBook } from '../../crypto/floe-by-the-book.ts';

const S = 262_144;

/** What a sink was told, and what it was given. */
function recordSink(failing?: string) {
  const told: string[] = [];
  const pieces: Buffer[] = [];
  const sink: FileSink = {
    place: null,
    seekable: true,
    begin: async (offset) => void told.push(`begin ${String(offset)}`),
    async write(bytes) {
      if (failing) throw new CodedError(failing);
      // Whoever keeps it copies it.
      pieces.push(Buffer.from(bytes));
    },
    sync: async () => {},
    async finish() {
      told.push('finish');
      return 'there';
    },
    abandon: async () => void told.push('abandon'),
    close: async () => void told.push('close'),
  };
  return { sink, told, content: () => Buffer.concat(pieces) };
}

const blobOf = (bytes: Buffer) => ({
  length: bytes.length,
  async read(target: Uint8Array, offset: number) {
    expect(bytes.copy(target, 0, offset)).toBe(target.length);
  },
});

interface Outcome {
  readonly result: string;
  readonly told: readonly string[];
  readonly content: Buffer;
  readonly entries: readonly FolderEntry[] | null | undefined;
}

async function open(
  bytes: Buffer,
  key: Buffer,
  { hash = null as Buffer | null, folder = false, failing = undefined as string | undefined } = {},
): Promise<Outcome> {
  const recorded = recordSink(failing);
  let entries: readonly FolderEntry[] | null | undefined;
  const result = await openBlob(blobOf(bytes), { key, hash, folder }, (_size, given) => {
    entries = given;
    return recorded.sink;
  }).catch((error: unknown) => (error instanceof CodedError ? error.code : String(error)));
  return { result, told: recorded.told, content: recorded.content(), entries };
}

describe('a blob', () => {
  const key = randomBytes(32);
  const plain = randomBytes(5 * 262_112 + 1000);
  let blob: Buffer;
  beforeAll(() => {
    blob = sealByTheBook(OURS, key, plain);
  });

  it('opens by its key alone, and is compared with what its author sealed', async () => {
    for (const hash of [null, hashByTheBook(blob)]) {
      const { result, told, content } = await open(blob, key, { hash });
      expect([result, told]).toEqual(['there', ['begin 0', 'finish']]);
      expect(Buffer.compare(content, plain)).toBe(0);
    }
  });

  it.each([0, 1, 262_112, 4 * 262_112, 4 * 262_112 + 1])('opens with %i bytes', async (size) => {
    const bytes = plain.subarray(0, size);
    const sealed = sealByTheBook(OURS, key, bytes);
    const { result, content } = await open(sealed, key, { hash: hashByTheBook(sealed) });
    expect(result).toBe('there');
    expect(Buffer.compare(content, bytes)).toBe(0);
  });

  it('leaves nothing where it is not what it was', async () => {
    const changed = (at: number) => {
      const other = Buffer.from(blob);
      other[at] = (other[at] as number) ^ 1;
      return other;
    };
    const swapped = Buffer.concat([
      blob.subarray(0, 74),
      blob.subarray(74 + S, 74 + 2 * S),
      blob.subarray(74, 74 + S),
      blob.subarray(74 + 2 * S),
    ]);
    const wrong: readonly Buffer[] = [
      changed(74 + 3 * S + 500),
      changed(blob.length - 1),
      changed(74 + 4 * S),
      swapped,
      blob.subarray(0, 74 + 3 * S),
      blob.subarray(0, blob.length - 1),
      Buffer.concat([blob, blob.subarray(-1032)]),
    ];
    for (const bytes of wrong) {
      const { result, told } = await open(bytes, key);
      expect([result, told]).toEqual(['blob_damaged', ['begin 0', 'abandon']]);
    }
    for (const length of [0, 73, 74, 105]) expect((await open(blob.subarray(0, length), key)).result).toBe('blob_damaged');
  });

  it('is refused at its end where another who has the key sealed it', async () => {
    const { result, told } = await open(sealByTheBook(OURS, key, plain), key, { hash: hashByTheBook(blob) });
    expect([result, told]).toEqual(['blob_damaged', ['begin 0', 'abandon']]);
  });

  it('is not begun with another key, or a header that is another’s', async () => {
    expect(await open(blob, randomBytes(32))).toMatchObject({ result: 'wrong_file_key', told: [] });
    const other = Buffer.from(blob);
    other[20] = (other[20] as number) ^ 1;
    expect(await open(other, key)).toMatchObject({ result: 'wrong_file_key', told: [] });
  });

  it('leaves nothing where its target fails', async () => {
    expect(await open(blob, key, { failing: 'target_full' })).toMatchObject({ result: 'target_full', told: ['begin 0', 'abandon'] });
  });

  it('stops when it is told to', async () => {
    const { sink, told } = recordSink();
    const control = new AbortController();
    const opened = openBlob(blobOf(blob), { key, hash: null, folder: false }, () => ({ ...sink, write: async () => control.abort() }), {
      signal: control.signal,
    });
    await expect(opened).rejects.toThrow('aborted');
    expect(told).toEqual(['begin 0', 'abandon']);
  });
});

describe('a folder', () => {
  const key = randomBytes(32);
  const seal = (files: readonly { path: string; size: number; modified: number }[]) => {
    const { bytes, files: placed, size } = encodeFolderIndex(files);
    return { placed, blob: sealByTheBook(OURS, key, Buffer.concat([bytes, randomBytes(size - bytes.length)])) };
  };

  it('is known by its index, however many segments that takes', async () => {
    for (const count of [0, 1, 3, 20_000]) {
      const { placed, blob } = seal(Array.from({ length: count }, (_, i) => ({ path: `d/file ${String(i)}`, size: i % 7, modified: i })));
      const { result, entries, content } = await open(blob, key, { folder: true, hash: hashByTheBook(blob) });
      expect(result).toBe('there');
      expect(entries).toEqual(placed);
      // The sink gets all of it, with the index.
      expect(content.length).toBe(blob.length - 74 - 32 * Math.ceil((blob.length - 74) / S));
    }
  });

  it('is damaged where what it begins with is no index', async () => {
    for (const bytes of [randomBytes(3_000_000).fill(0), Buffer.from('hello'), Buffer.alloc(0), Buffer.from('9affffffff', 'hex')]) {
      expect(await open(sealByTheBook(OURS, key, bytes), key, { folder: true })).toMatchObject({ result: 'folder_damaged', told: [] });
    }
    // One that goes on and on is not read for ever.
    const endless = Buffer.concat([Buffer.from('9a000186a0', 'hex'), Buffer.from('837a01e84800', 'hex'), Buffer.alloc(18_000_000)]);
    expect(await open(sealByTheBook(OURS, key, endless), key, { folder: true })).toMatchObject({ result: 'folder_damaged', told: [] });
  });
});
