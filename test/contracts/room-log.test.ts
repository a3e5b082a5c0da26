import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLog, openLmdb } from '../../src/server/index.ts';
import { roomLogContract } from './room-log.ts';

roomLogContract('memory', async () => {
  const log = createMemoryLog();
  return { open: async () => ({ log, close: async () => {} }), destroy: async () => {} };
});

roomLogContract('LMDB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-log-'));
  return {
    open: async () => openLmdb(join(folder, 'rooms.mdb')),
    destroy: async () => rmSync(folder, { recursive: true, force: true }),
  };
});
