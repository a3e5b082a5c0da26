import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDiskBlobs } from '../../src/server/engines/disk-blobs.ts';
import { createMemoryBlobs } from '../../src/server/engines/memory-blobs.ts';
import { blobStoreContract } from './blob-store.ts';

blobStoreContract('memory', async () => {
  const store = createMemoryBlobs();
  return { open: async () => ({ store, close: async () => {} }), destroy: async () => {} };
});

blobStoreContract('disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-blobs-'));
  return { open: () => openDiskBlobs(folder), destroy: async () => rmSync(folder, { recursive: true, force: true }) };
});

test('on disk, a file that no line of the index names is taken away at the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await (await openDiskBlobs(folder)).close();
  writeFileSync(join(folder, 'blobs', 'ab'.repeat(16)), 'left behind');
  await (await openDiskBlobs(folder)).close();
  expect(readdirSync(join(folder, 'blobs'))).toEqual([]);
});
