import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createVault, GroupError } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { Client } from '../api.ts';
import { createClient } from '../client.ts';
import { systemClock } from '../clock.ts';
import { type DeviceLock, lockDevice } from './device-lock.ts';
import { loadVaultKey, prepareFolder } from './folder.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { createTlsConnector } from './tls-connector.ts';

export { defaultDataFolder } from './folder.ts';
export { openLmdbStore } from './lmdb-store.ts';
export { createTlsConnector } from './tls-connector.ts';

export interface NodeClientOptions {
  readonly host: string;
  readonly chatPort: number;
  readonly folder: string;
  readonly expectRelay?: Uint8Array | undefined;
}

/**
 * The engine over a folder and the relay's chat port.
 * @throws CodedError `data_in_use`, `data_not_writable`, `data_too_new`, `data_damaged`
 */
export async function openNodeClient(options: NodeClientOptions): Promise<Client> {
  await prepareFolder(options.folder);
  const lock = await lockDevice(options.folder);
  try {
    const store = openLmdbStore(join(options.folder, 'device.mdb'));
    const client = await createClient(
      {
        store,
        connector: createTlsConnector({ host: options.host, port: options.chatPort }),
        clock: systemClock,
        random: (size) => new Uint8Array(randomBytes(size)),
        vault: await createVault(await loadVaultKey(options.folder)),
      },
      { address: `${options.host}:${options.chatPort}`, expectRelay: options.expectRelay },
    );
    return releaseOnClose(client, lock);
  } catch (error) {
    await lock.release();
    if (error instanceof GroupError) throw new CodedError('data_damaged', { path: options.folder });
    throw error;
  }
}

function releaseOnClose(client: Client, lock: DeviceLock): Client {
  return {
    ...client,
    async close() {
      await client.close();
      await lock.release();
    },
  };
}
