/** The browser's half of the client: its store, its key, its way to the relay, and the engine on top of them. */
import { createVault } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { type CallMedia, type Client, type ClientOptions, createClient, systemClock } from '../index.ts';
import { openDatabase } from './database.ts';
import { createFetchTransport } from './files/fetch-transport.ts';
import { createBrowserPlaces, type StoredFiles } from './files/places.ts';
import { createIndexedDbStore } from './indexed-db-store.ts';
import { type Carrier, createSocketIoConnector } from './socket-io-connector.ts';
import { loadVaultKey } from './vault-key.ts';
import { acquireWriterLock, DEFAULT_DEVICE } from './writer-lock.ts';

export { type BrowserCalls, type CallDevice, type CallDevices, type CallTracks, createBrowserCalls } from './calls/index.ts';
export { openDatabase } from './database.ts';
export { createFetchTransport } from './files/fetch-transport.ts';
export { openStoredFiles, type StoredFiles } from './files/places.ts';
export { createIndexedDbStore } from './indexed-db-store.ts';
export { type Carrier, createSocketIoConnector } from './socket-io-connector.ts';
export { loadVaultKey } from './vault-key.ts';
export { acquireWriterLock, askForDevice, DEFAULT_DEVICE, onAskedForDevice, type WriterLock } from './writer-lock.ts';

export interface BrowserClientOptions extends Pick<ClientOptions, 'expectRelay'> {
  /** Names the database and its lock; one device each. */
  readonly device?: string;
  /** The relay's origin; absent: the one that served the page. */
  readonly url?: string;
  /** Where another tab has the device open: wait until it lets go, instead of `in_use`. */
  readonly patient?: boolean;
  /** Told with each connection, and when it gets better. */
  readonly onCarrier?: (carrier: Carrier) => void;
  /** Where downloads are kept until they are whole; absent: those that a reload interrupts begin anew. */
  readonly storedFiles?: StoredFiles | undefined;
  /** `media` of `createBrowserCalls`; absent: calls are seen here and not joined. */
  readonly calls?: CallMedia;
}

/**
 * Bytes of a sealed file that travel at once: a page holds a part, its sealed twin and what was not collected yet, and is to stay small beside
 * everything else that a tab has open.
 */
const PART = 4 * 1024 * 1024;

/** @throws CodedError `no_secure_context`, `in_use`, `storage_failed`, `data_too_new` */
export async function openBrowserClient({
  device = DEFAULT_DEVICE,
  url,
  patient,
  onCarrier,
  storedFiles,
  calls,
  ...options
}: BrowserClientOptions = {}): Promise<Client> {
  if (!globalThis.crypto?.subtle) throw new CodedError('no_secure_context');
  const lock = await acquireWriterLock(device, patient);
  try {
    const database = await openDatabase(device);
    const client = await createClient(
      {
        store: createIndexedDbStore(database),
        connector: createSocketIoConnector(url, onCarrier),
        clock: systemClock,
        random: (size) => crypto.getRandomValues(new Uint8Array(size)),
        vault: await createVault(await loadVaultKey(database)),
        files: {
          transport: createFetchTransport(url ?? location.origin),
          places: createBrowserPlaces(storedFiles),
          part: PART,
        },
        ...(calls && { calls }),
      },
      { ...options, address: url ?? location.origin },
    );
    return { ...client, close: () => client.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}
