import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createVault, GroupError } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { type Archive, openArchive } from '../archive.ts';
import { sealStore } from '../vaulted-store.ts';
import { lockDevice } from './device-lock.ts';
import { loadVaultKey, prepareFolder } from './folder.ts';
import { openLmdbStore } from './lmdb-store.ts';

/**
 * Reads what the device of a folder keeps; nobody else may have it open meanwhile, and no relay is asked.
 *
 * @throws CodedError `nothing_stored`, `data_in_use`, `holder_silent`, `data_too_new`, `data_damaged`
 */
export async function withDeviceArchive<T>(folder: string, address: string | undefined, use: (archive: Archive) => Promise<T>): Promise<T> {
  const file = join(folder, 'device.mdb');
  await access(file).catch(() => {
    throw new CodedError('nothing_stored', { path: folder });
  });
  await prepareFolder(folder);
  const lock = await lockDevice(folder);
  try {
    const store = sealStore(openLmdbStore(file), await createVault(await loadVaultKey(folder)));
    try {
      return await use(await openArchive(store, address));
    } finally {
      await store.close();
    }
  } catch (error) {
    throw error instanceof GroupError ? new CodedError('data_damaged', { path: folder }) : error;
  } finally {
    await lock.release();
  }
}
