import { describe, expect, it } from 'vitest';
import { readInto } from '../../src/client/browser/files/body-reader.ts';

const SIZE = 1_000_000;
const content = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7) % 251);

/** As the bodies of answers are in today's browsers, and in those of some years ago. */
const kinds = { bytes: { type: 'bytes' as const }, pieces: {} };

function streamOf(kind: keyof typeof kinds, fault?: Error, onCancel = () => {}): ReadableStream<Uint8Array> {
  let at = 0;
  const pull = (controller: { enqueue(piece: Uint8Array<ArrayBuffer>): void; close(): void; error(fault: Error): void }) => {
    if (at === SIZE && fault) return controller.error(fault);
    if (at < SIZE) return controller.enqueue(content.slice(at, (at = Math.min(SIZE, at + 100_000))));
    controller.close();
    // A reader that brought its own memory waits for it.
    (controller as { byobRequest?: { respond(length: number): void } | null }).byobRequest?.respond(0);
  };
  return new ReadableStream({ ...kinds[kind], pull, cancel: onCancel } as unknown as UnderlyingDefaultSource<Uint8Array>, {
    highWaterMark: 0,
  });
}

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('a body of %s', (kind) => {
  it('is read to its end', async () => {
    const reader = readInto(streamOf(kind));
    const read: Buffer[] = [];
    for (let piece = await reader.next(); piece; piece = await reader.next()) read.push(Buffer.from(piece));
    expect(Buffer.concat(read).equals(content)).toBe(true);
  });

  it('says that it broke off', async () => {
    const reader = readInto(streamOf(kind, new Error('broke off')));
    const readAll = async () => {
      while (await reader.next());
    };
    await expect(readAll()).rejects.toThrow('broke off');
  });

  it('can be called off', async () => {
    let cancelled = false;
    const reader = readInto(streamOf(kind, undefined, () => (cancelled = true)));
    await reader.next();
    await reader.cancel();
    expect(cancelled).toBe(true);
  });
});

it('has one memory for all pieces', async () => {
  const reader = readInto(streamOf('bytes'));
  const sizes = new Set<number>();
  let before: Uint8Array | undefined;
  for (let piece = await reader.next(); piece; piece = await reader.next()) {
    // It went to the stream, and is this one now.
    expect(before?.length ?? 0).toBe(0);
    sizes.add(piece.buffer.byteLength);
    before = piece;
  }
  expect([...sizes]).toEqual([256 * 1024]);
});
