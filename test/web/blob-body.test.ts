import { expect, it } from 'vitest';
import { makeBody } from '../../src/client/browser/files/blob-body.ts';

const MIB = 1 << 20;

it('holds the pieces, and weighs for the collector what it takes elsewhere', async () => {
  const pieces = [new Uint8Array(MIB).fill(1), new Uint8Array(MIB).fill(2)];
  const before = process.memoryUsage().arrayBuffers;
  const body = makeBody(pieces);
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(2 * body.size);
  expect(Buffer.from(await body.arrayBuffer()).equals(Buffer.concat(pieces))).toBe(true);
});
