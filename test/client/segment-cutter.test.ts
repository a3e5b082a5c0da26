import { expect, it } from 'vitest';
import { createSegmentCutter } from '../../src/client/files/segment-cutter.ts';
import { sealedSize } from '../../src/client/files/sealed-size.ts';

const SIZE = 300_000;
const blob = Buffer.from(Array.from({ length: sealedSize(SIZE) }, (_, i) => i * 31));

it.each([1_000, 65_536, 262_218, 524_288])('cuts pieces of %i bytes whose memory is used again', (length) => {
  const cutter = createSegmentCutter(SIZE, 0, true);
  const memory = Buffer.alloc(length);
  const headers: Uint8Array[] = [];
  const segments: Buffer[] = [];
  for (let at = 0; at < blob.length; at += length) {
    const piece = memory.subarray(0, blob.copy(memory, 0, at, at + length));
    for (const cut of cutter.push(piece)) {
      if (cut.kind === 'header') headers.push(cut.bytes);
      else segments.push(Buffer.from(cut.bytes));
    }
    memory.fill(0);
  }
  expect(cutter.missing).toBe(0);
  // The header is kept, segments are opened at once.
  expect(Buffer.concat(headers).equals(blob.subarray(0, 74))).toBe(true);
  expect(Buffer.concat(segments).equals(blob.subarray(74))).toBe(true);
  expect(() => [...cutter.push(Buffer.alloc(1))]).toThrow(expect.objectContaining({ code: 'file_damaged' }));
});
