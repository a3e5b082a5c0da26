import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryKeyPackages, openLmdb } from '../../src/server/index.ts';
import { keyPackagesContract } from './key-packages.ts';

keyPackagesContract('memory', async () => {
  const keyPackages = createMemoryKeyPackages();
  return { open: async () => ({ keyPackages, close: async () => {} }), destroy: async () => {} };
});

keyPackagesContract('LMDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-packages-'));
  return {
    open: async () => openLmdb(join(folder, 'rooms.mdb')),
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
