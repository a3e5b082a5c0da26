import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore } from '../../src/client/node/index.ts';
import { storeContract } from './store.ts';

storeContract('LMDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-store-'));
  return {
    open: async () => openLmdbStore(join(folder, 'device.mdb')),
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
