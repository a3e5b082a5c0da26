import { createCipheriv, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { giveBack } from '../../src/crypto/index.ts';
import { memoryAfterCollection } from '../fuzz/memory.ts';

it('frees memory without the collector', () => {
  // What other files left behind is not to go meanwhile.
  memoryAfterCollection();
  const before = process.memoryUsage().arrayBuffers;
  const bytes = Array.from({ length: 64 }, () => new Uint8Array(1024 * 1024));
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(60 * 1024 * 1024);
  for (const one of bytes) giveBack(one);
  expect(bytes.every(({ length }) => length === 0)).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
});

it('takes what a cipher gives, of any length', () => {
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12));
  for (const size of [0, 1, 100, 65_536]) {
    const result = cipher.update(Buffer.alloc(size));
    giveBack(result);
    expect(result.length).toBe(0);
  }
});
