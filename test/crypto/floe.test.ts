import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileOpener, FileSealer, SegmentAead } from '../../src/crypto/index.ts';
import { createFileOpener, createFileSealer, GroupError, SEALED_FILE } from '../../src/crypto/index.ts';
import { createFloeOpener, createFloeSealer } from '../../src/crypto/floe.ts';
import { createWebAead } from '../../src/crypto/floe-aead.ts';
import { type Book, openByTheBook, OURS, sealByTheBook } from './floe-by-the-book.ts';

const vectors = join(import.meta.dirname, 'vectors/floe');
const names = readdirSync(vectors).flatMap((name) => (name.endsWith('_ct.txt') ? [name.slice(0, -7)] : []));
const AAD = 'This is AAD';
const SMALL: Book = { segment: 64, rotationBits: 20, aad: AAD };

function bookOf(name: string): Book {
  if (name.endsWith('_4K')) return { ...SMALL, segment: 4096 };
  if (name.endsWith('_64')) return SMALL;
  return { segment: 40, rotationBits: name.endsWith('_rotation') ? 2 : 20, aad: AAD };
}

const readVector = (name: string) => Buffer.from(readFileSync(join(vectors, `${name}.txt`), 'utf8').trim(), 'hex');
const web = createWebAead();
const opener = (book: Book, key: Uint8Array, header: Uint8Array) => createFloeOpener(book, key, Buffer.from(book.aad), header, web);

/** What lies between header and end, as segments. */
function split(book: Book, blob: Uint8Array): Uint8Array[] {
  const segments: Uint8Array[] = [];
  for (let at = 74; at < blob.length; at += book.segment) segments.push(blob.subarray(at, at + book.segment));
  return segments;
}

async function openAll(made: FileOpener, segments: readonly Uint8Array[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const [i, segment] of segments.entries()) {
    parts.push(Uint8Array.from(await made.open(i, segment, i === segments.length - 1)));
  }
  return Buffer.concat(parts);
}

const openBlob = (book: Book, key: Uint8Array, blob: Uint8Array) => openAll(opener(book, key, blob.subarray(0, 74)), split(book, blob));

async function sealAll(sealer: FileSealer, size: number, plain: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = [sealer.header];
  const count = Math.max(1, Math.ceil(plain.length / size));
  for (let i = 0; i < count; i++) parts.push(await sealer.seal(i, plain.subarray(i * size, (i + 1) * size), i === count - 1));
  return Buffer.concat(parts);
}

const sealBlob = (book: Book, key: Uint8Array, plain: Uint8Array) =>
  sealAll(createFloeSealer(book, key, Buffer.from(book.aad), web), book.segment - 32, plain);

/** The code of what it fails with, whether it throws or rejects. */
async function refusal(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    return error instanceof GroupError ? error.code : String(error);
  }
  return 'opened';
}

describe('the specification’s known answers', () => {
  it('are all here', () => {
    expect(names).toHaveLength(17);
  });

  it.each(names)('%s opens, here and by the book', async (name) => {
    const [sealed, plain] = [readVector(`${name}_ct`), readVector(`${name}_pt`)];
    expect(Buffer.compare(await openBlob(bookOf(name), new Uint8Array(32), sealed), plain)).toBe(0);
    expect(Buffer.compare(openByTheBook(bookOf(name), Buffer.alloc(32), sealed), plain)).toBe(0);
  });

  it('open in any order, and give a sealer that goes on its header', async () => {
    const [sealed, plain] = [readVector('rust_rotation_ct'), readVector('rust_rotation_pt')];
    const book = bookOf('rust_rotation');
    const segments = split(book, sealed);
    const made = opener(book, new Uint8Array(32), sealed.subarray(0, 74));
    for (const i of [...segments.keys()].toReversed()) {
      const piece = await made.open(i, segments[i] as Uint8Array, i === segments.length - 1);
      expect(Buffer.compare(piece, plain.subarray(i * 8, (i + 1) * 8))).toBe(0);
    }
    const again = createFloeSealer(book, new Uint8Array(32), Buffer.from(AAD), web, sealed.subarray(0, 74));
    expect(Buffer.compare(again.header, sealed.subarray(0, 74))).toBe(0);
  });
});

describe('sealing', () => {
  it('is opened by the book, and opens what the book seals', async () => {
    const book = fc.record({
      segment: fc.integer({ min: 33, max: 200 }),
      rotationBits: fc.integer({ min: 0, max: 3 }),
      aad: fc.string({ maxLength: 9 }),
    });
    const bytes = (length: { minLength?: number; maxLength: number }) => fc.uint8Array(length);
    await fc.assert(
      fc.asyncProperty(book, bytes({ minLength: 32, maxLength: 32 }), bytes({ maxLength: 2000 }), async (book, key, plain) => {
        const sealed = await sealBlob(book, key, plain);
        expect(Buffer.compare(openByTheBook(book, Buffer.from(key), sealed), plain)).toBe(0);
        expect(Buffer.compare(await openBlob(book, key, sealByTheBook(book, Buffer.from(key), Buffer.from(plain))), plain)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 262_111, 262_112, 262_113, 524_224, 700_001])('makes files of %i bytes as the page of the format says', async (size) => {
    const [key, plain] = [randomBytes(32), randomBytes(size)];
    const sealed = await sealAll(createFileSealer(key), SEALED_FILE.plain, plain);
    expect(sealed.length).toBe(74 + size + 32 * Math.max(1, Math.ceil(size / 262_112)));
    expect(sealed.subarray(0, 10).toString('hex')).toBe('00000004000000000020');
    expect(Buffer.compare(openByTheBook(OURS, key, sealed), plain)).toBe(0);
    expect(Buffer.compare(await openAll(createFileOpener(key, sealed.subarray(0, 74)), split(OURS, sealed)), plain)).toBe(0);
  });

  it('goes on with an earlier header, also across a change of keys', async () => {
    const book = { ...SMALL, rotationBits: 1 };
    const [key, plain] = [randomBytes(32), randomBytes(32 * 5)];
    const whole = await sealBlob(book, key, plain);
    const later = createFloeSealer(book, key, Buffer.from(AAD), web, whole.subarray(0, 74));
    const mixed = Buffer.from(whole);
    for (const i of [3, 1]) mixed.set(await later.seal(i, plain.subarray(i * 32, (i + 1) * 32), false), 74 + i * 64);
    expect(Buffer.compare(mixed, whole)).not.toBe(0);
    expect(Buffer.compare(openByTheBook(book, key, mixed), plain)).toBe(0);
  });

  it('uses no IV twice, neither of a file nor of a segment', async () => {
    const key = randomBytes(32);
    const blobs = await Promise.all(Array.from({ length: 20 }, () => sealBlob(SMALL, key, new Uint8Array(320))));
    const ivs = blobs.flatMap((blob) => [blob.subarray(10, 42), ...split(SMALL, blob).map((segment) => segment.subarray(4, 16))]);
    expect(new Set(ivs.map((iv) => Buffer.from(iv).toString('hex'))).size).toBe(20 * 11);
  });

  it('takes no plaintext of a wrong length, and no position that is none', async () => {
    const sealer = createFloeSealer(SMALL, randomBytes(32), Buffer.from(AAD), web);
    const wrong: readonly [number, number, boolean][] = [
      [0, 31, false],
      [0, 33, false],
      [0, 33, true],
      [-1, 32, false],
      [0.5, 32, false],
      [2 ** 40, 1, true],
      [2 ** 40 - 1, 32, false],
    ];
    for (const [position, size, last] of wrong) {
      expect(await refusal(() => sealer.seal(position, new Uint8Array(size), last))).toContain('RangeError');
    }
    expect(await refusal(() => createFileSealer(randomBytes(16)))).toContain('TypeError');
  });

  it('changes its key every 2^20 segments, and asks an engine about one key object until then', async () => {
    const keys: Uint8Array[] = [];
    const engine: SegmentAead = {
      ...web,
      seal: (key) => {
        keys.push(key);
      },
    };
    const sealer = createFileSealer(randomBytes(32), { aead: engine });
    for (const position of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 39]) await sealer.seal(position, new Uint8Array(SEALED_FILE.plain), false);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).toBe(keys[2]);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(3);
  });

  it('fits the book far behind the first key, and past 32 bits', async () => {
    const key = randomBytes(32);
    const sealer = createFloeSealer({ segment: 64, rotationBits: 3 }, key, new Uint8Array(0), web);
    const made = createFloeOpener({ segment: 64, rotationBits: 3 }, key, new Uint8Array(0), sealer.header, web);
    for (const position of [7, 8, 2 ** 32 - 1, 2 ** 32, 2 ** 40 - 2]) {
      const segment = await sealer.seal(position, new Uint8Array(32).fill(7), false);
      expect(Buffer.from(await made.open(position, segment, false))).toEqual(Buffer.alloc(32, 7));
      for (const other of [position - 1, position + 1, position % 2 ** 32]) {
        if (other !== position) expect(await refusal(() => made.open(other, segment, false))).toBe('unreadable');
      }
    }
  });
});

describe('what was tampered with', () => {
  const key = randomBytes(32);
  const plain = randomBytes(32 * 3 + 5);
  const sealed = sealBlob(SMALL, key, plain);

  it('is refused for every flipped bit, wherever it is', async () => {
    const blob = await sealed;
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const flipped = Buffer.from(blob);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      if ((await refusal(() => openBlob(SMALL, key, flipped))) !== 'unreadable') expect.fail(`bit ${String(bit)} was let through`);
    }
  });

  it('is refused wherever it was cut', async () => {
    const blob = await sealed;
    for (let length = 0; length < blob.length; length++) {
      // A header alone: the next test line.
      if (length === 74) continue;
      if ((await refusal(() => openBlob(SMALL, key, blob.subarray(0, length)))) !== 'unreadable') expect.fail(`cut at ${String(length)}`);
    }
    // Of a header alone nobody can ask for a last segment but an empty one.
    expect(await refusal(() => opener(SMALL, key, blob.subarray(0, 74)).open(0, new Uint8Array(0), true))).toBe('unreadable');
  });

  it('is refused as last where it is not, and the other way', async () => {
    const aligned = await sealBlob(SMALL, key, plain.subarray(0, 96));
    const segments = split(SMALL, aligned);
    const made = opener(SMALL, key, aligned.subarray(0, 74));
    expect(await refusal(() => made.open(2, segments[2] as Uint8Array, false))).toBe('unreadable');
    expect(await refusal(() => made.open(1, segments[1] as Uint8Array, true))).toBe('unreadable');
    // Also where the length says what is asked for: it is under the seal.
    const claims = (segment: Uint8Array, length: number) => {
      const other = Buffer.from(segment);
      other.writeUInt32BE(length);
      return other;
    };
    expect(await refusal(() => made.open(2, claims(segments[2] as Uint8Array, 0xff_ff_ff_ff), false))).toBe('unreadable');
    expect(await refusal(() => made.open(1, claims(segments[1] as Uint8Array, 64), true))).toBe('unreadable');
  });

  it('is refused in another order, repeated, or continued', async () => {
    const blob = await sealed;
    const segments = split(SMALL, blob) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const [a, b, c, d] = segments;
    const orders = [
      [b, a, c, d],
      [a, c, b, d],
      [a, a, c, d],
      [a, b, b, c, d],
      [a, b, c, c, d],
      [a, b, d],
      [b, c, d],
      [a, b, c, d, d],
      [a, b, c, d, a],
      [a, b, c, c],
    ];
    for (const order of orders) {
      expect(await refusal(() => openAll(opener(SMALL, key, blob.subarray(0, 74)), order))).toBe('unreadable');
    }
  });

  it('is refused when a segment or the header is of another file, under the same key or another', async () => {
    const blob = await sealed;
    const other = await sealBlob(SMALL, key, plain);
    const foreign = await sealBlob(SMALL, randomBytes(32), plain);
    for (const from of [other, foreign]) {
      const mixed = Buffer.from(blob);
      mixed.set(from.subarray(74 + 64, 74 + 128), 74 + 64);
      expect(await refusal(() => openBlob(SMALL, key, mixed))).toBe('unreadable');
      expect(await refusal(() => openBlob(SMALL, key, Buffer.concat([from.subarray(0, 74), blob.subarray(74)])))).toBe('unreadable');
    }
    expect(await refusal(() => openBlob(SMALL, randomBytes(32), blob))).toBe('unreadable');
    expect(await refusal(() => openBlob({ ...SMALL, aad: 'That is AAD' }, key, blob))).toBe('unreadable');
  });

  it('is refused under other parameters', async () => {
    const blob = await sealed;
    expect(await refusal(() => createFileOpener(key, blob.subarray(0, 74)))).toBe('unreadable');
    expect(await refusal(() => createFileSealer(key, { header: blob.subarray(0, 74) }))).toBe('unreadable');
    const { header } = createFileSealer(key);
    for (const wrong of [header.subarray(0, 73), Buffer.concat([header, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      expect(await refusal(() => createFileOpener(key, wrong))).toBe('unreadable');
    }
    expect(await refusal(() => createFileOpener(randomBytes(32), header))).toBe('unreadable');
    expect(await refusal(() => createFileOpener(key, header))).toBe('opened');
  });

  it('is refused by an engine that throws as by one that rejects', async () => {
    const aead: SegmentAead = {
      ...web,
      open: () => {
        throw new Error('no');
      },
    };
    const made = createFileOpener(key, createFileSealer(key).header, { aead });
    const segment = Buffer.alloc(40);
    segment.writeUInt32BE(40);
    expect(await refusal(() => made.open(0, segment, true))).toBe('unreadable');
  });
});
