import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startChain } from '../../src/client/files/chain.ts';
import { createPartPipeline } from '../../src/client/files/part-pipeline.ts';
import { createPartSealer, type SealedPart } from '../../src/client/files/part-sealer.ts';
import type { FileSource } from '../../src/client/files/ports.ts';
import { sealedSize } from '../../src/client/files/sealed-size.ts';
import { createSegmentCutter } from '../../src/client/files/segment-cutter.ts';
import { createFileOpener, createFileSealer, SEALED_FILE } from '../../src/crypto/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { bytesOf, same } from '../support/bytes.ts';

const { plain: SEGMENT } = SEALED_FILE;
const key = new Uint8Array(32).fill(3);

interface Reads {
  readonly source: FileSource;
  readonly reads: Array<readonly [offset: number, length: number]>;
}

function sourceOf(bytes: Uint8Array, size: number | null = bytes.length): Reads {
  const reads: Array<readonly [number, number]> = [];
  const source: FileSource = {
    place: null,
    name: 'x',
    type: '',
    size,
    folder: null,
    stamp: '',
    async read(offset, length) {
      reads.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
    check: async () => {},
    close: async () => {},
  };
  return { source, reads };
}

const signal = new AbortController().signal;
/** A part’s memory is used again for the one after the next. */
const copied = (part: SealedPart): SealedPart => ({ ...part, pieces: part.pieces.map((piece) => Uint8Array.from(piece)) });
const beginning = (header: Uint8Array) => ({ offset: 0, plain: 0, chain: startChain(header), last: false });

async function sealAll(source: FileSource, segments: number, limit = 1_000): Promise<{ parts: SealedPart[]; header: Uint8Array }> {
  const sealer = createFileSealer(key);
  const parts = createPartSealer(source, sealer, beginning(sealer.header), { segments, signal });
  const all: SealedPart[] = [];
  while (all.at(-1)?.to.last !== true && all.length < limit) all.push(copied(await parts.next()));
  return { parts: all, header: sealer.header };
}

async function openAll(blob: Uint8Array, size: number): Promise<Uint8Array> {
  const plain: Uint8Array[] = [];
  const cutter = createSegmentCutter(size, 0, true);
  let opener: ReturnType<typeof createFileOpener> | undefined;
  for (const cut of cutter.push(blob)) {
    if (cut.kind === 'header') opener = createFileOpener(key, cut.bytes);
    else plain.push(Uint8Array.from((await opener?.open(cut.position, cut.bytes, cut.last)) as Uint8Array));
  }
  return Buffer.concat(plain);
}

const sizes = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 8 * SEGMENT, 9 * SEGMENT, 17 * SEGMENT + 5];

describe.each([
  ['a file', (bytes: Uint8Array) => sourceOf(bytes)],
  ['a pipe', (bytes: Uint8Array) => sourceOf(bytes, null)],
])('%s', (_what, open) => {
  test.each(sizes)('of %i bytes becomes parts that open again', async (size) => {
    for (const segments of [1, 3, 64]) {
      const bytes = bytesOf(size);
      const { parts } = await sealAll(open(bytes).source, segments);
      const blob = Buffer.concat(parts.flatMap(({ pieces }) => pieces));
      expect(blob.length).toBe(sealedSize(size));
      expect(parts.at(-1)?.to).toMatchObject({ offset: blob.length, plain: size, last: true });
      for (const { to } of parts.slice(0, -1)) expect(to.plain % (segments * SEGMENT)).toBe(0);
      expect(same(await openAll(blob, size), bytes)).toBe(true);
    }
  });

  test('is read in large pieces, each byte once', async () => {
    const { source, reads } = open(bytesOf(20 * SEGMENT));
    await sealAll(source, 4);
    for (const [i, [offset, length]] of reads.slice(0, -1).entries()) {
      expect(length).toBeGreaterThanOrEqual(1024 * 1024);
      expect(reads[i + 1]?.[0]).toBe(offset + length);
    }
  });

  test('is not read on before the next part is asked for, but for one piece', async () => {
    const { source, reads } = open(bytesOf(40 * SEGMENT));
    await sealAll(source, 2, 1);
    expect(reads.length).toBeLessThanOrEqual(2);
  });
});

test('sealing goes on where an earlier program stopped, with the chain it had', async () => {
  const bytes = bytesOf(7 * SEGMENT + 99);
  const { parts, header } = await sealAll(sourceOf(bytes).source, 2);
  const [first, second] = parts as [SealedPart, SealedPart];
  const { source, reads } = sourceOf(bytes);
  const later = createPartSealer(source, createFileSealer(key, { header }), second.to, { segments: 2, signal });
  const rest: SealedPart[] = [];
  while (rest.at(-1)?.to.last !== true) rest.push(copied(await later.next()));
  expect(reads[0]?.[0]).toBe(4 * SEGMENT);
  const blob = Buffer.concat([first, second, ...rest].flatMap(({ pieces }) => pieces));
  expect(same(await openAll(blob, bytes.length), bytes)).toBe(true);
});

test.each([
  ['shorter than it was', bytesOf(3 * SEGMENT), 4 * SEGMENT],
  ['cut in its last segment', bytesOf(3 * SEGMENT - 1), 3 * SEGMENT],
])('a file that is %s is refused', async (_what, bytes, size) => {
  await expect(sealAll(sourceOf(bytes, size).source, 64)).rejects.toMatchObject({ code: 'source_changed' });
});

test('a part counts only if the source says after reading that it is what it was', async () => {
  const { source } = sourceOf(bytesOf(3 * SEGMENT));
  const changed = { ...source, check: () => Promise.reject(new CodedError('source_changed')) };
  await expect(sealAll(changed, 1)).rejects.toMatchObject({ code: 'source_changed' });
});

describe('a blob that comes in pieces', () => {
  test('is cut into its segments, wherever the pieces end', async () => {
    const size = 2 * SEGMENT + 1234;
    const bytes = bytesOf(size);
    const { parts } = await sealAll(sourceOf(bytes).source, 64);
    const blob = Buffer.concat(parts.flatMap(({ pieces }) => pieces));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: blob.length - 1 }), { maxLength: 12 }), async (cuts) => {
        const cutter = createSegmentCutter(size, 0, true);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), blob.length];
        const seen: Uint8Array[] = [];
        for (let i = 1; i < edges.length; i++) {
          for (const cut of cutter.push(blob.subarray(edges[i - 1], edges[i]))) seen.push(Uint8Array.from(cut.bytes));
        }
        expect(cutter.missing).toBe(0);
        expect(same(Buffer.concat(seen), blob)).toBe(true);
        expect(seen).toHaveLength(4);
      }),
      { numRuns: 30 },
    );
  });

  test('with a byte too many is refused', () => {
    const cutter = createSegmentCutter(10, 0, true);
    const push = (length: number) => [...cutter.push(new Uint8Array(length))];
    push(sealedSize(10));
    expect(() => push(1)).toThrow(expect.objectContaining({ code: 'file_damaged' }));
  });
});

describe('the part that travels and the one behind it', () => {
  const points = [1, 2, 3].map((n) => ({ offset: n, plain: n, chain: new Uint8Array([n]), last: n === 3 }));

  function setUp(note: (n: number, inTurn: boolean) => Promise<void>) {
    const sealed: number[] = [];
    const sealer = {
      async next() {
        const to = points[sealed.length] as SealedPart['to'];
        sealed.push(to.offset);
        return { from: to, to, pieces: [] };
      },
    };
    return {
      sealed,
      pipeline: createPartPipeline(
        sealer,
        (point, inTurn) => note(point.offset, inTurn),
        () => {},
      ),
    };
  }

  test('are given out only when it is stored where they end', async () => {
    const stored: Array<() => void> = [];
    const { pipeline } = setUp(() => new Promise((resolve) => void stored.push(resolve)));
    let given = false;
    const current = pipeline.current().then(() => (given = true));
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect([stored.length, given]).toEqual([1, false]);
    stored[0]?.();
    await current;
    expect(given).toBe(true);
  });

  test('are the only two there are, and each is sealed and stored once', async () => {
    const noted: Array<[number, boolean]> = [];
    const { pipeline, sealed } = setUp(async (n, inTurn) => void noted.push([n, inTurn]));
    expect((await pipeline.current()).to.offset).toBe(1);
    for (let i = 0; i < 3; i++) pipeline.prepare();
    expect((await pipeline.current()).to.offset).toBe(1);
    expect(sealed).toEqual([1, 2]);
    pipeline.advance();
    expect((await pipeline.current()).to.offset).toBe(2);
    expect(sealed).toEqual([1, 2]);
    expect(noted).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('are not sealed again where the disk refused to store it', async () => {
    let full = true;
    const { pipeline, sealed } = setUp(async () => {
      if (full) throw new CodedError('storage_failed');
    });
    await expect(pipeline.current()).rejects.toMatchObject({ code: 'storage_failed' });
    full = false;
    expect((await pipeline.current()).to.offset).toBe(1);
    expect(sealed).toEqual([1]);
  });
});
