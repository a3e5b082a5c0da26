import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createVault, GroupError } from '../../crypto/index.ts';
import { findRelays } from '../../discovery/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { Client } from '../api.ts';
import { createClient } from '../client.ts';
import { systemClock } from '../clock.ts';
import { sameRelay } from '../invite.ts';
import type { CallChoice, NodeCalls } from './calls/contract.ts';
import { createLazyCalls } from './calls/lazy-calls.ts';
import { type DeviceLock, lockDevice } from './device-lock.ts';
import { createHttpFiles } from './files/file-transport.ts';
import { nodePlaces } from './files/places.ts';
import { nodeAead } from './files/segment-aead.ts';
import { createFindingConnector, type Place } from './finding-connector.ts';
import { loadVaultKey, prepareFolder } from './folder.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { createTlsConnector } from './tls-connector.ts';

export { findRelays, type FoundRelay } from '../../discovery/index.ts';
export type { CallAbilities, CallChoice, CallPicture, NodeCalls } from './calls/contract.ts';
export {
  createFileSink,
  createFolderSink,
  createPipeSink,
  createPipeSource,
  openSource,
  prepareDownloads,
  targetOf,
} from './files/index.ts';
export { nodeAead } from './files/segment-aead.ts';
export { withDeviceArchive } from './device-archive.ts';
export { defaultDataFolder } from './folder.ts';
export { openLmdbStore } from './lmdb-store.ts';
export { createTlsConnector } from './tls-connector.ts';

export interface NodeClientOptions {
  readonly host: string;
  readonly chatPort: number;
  readonly folder: string;
  readonly expectRelay?: Uint8Array | undefined;
  readonly announcedRelay?: Uint8Array | undefined;
  /** Asks the program that holds the device to let go of it. */
  readonly takeOver?: boolean | undefined;
  /** Where this program runs, for whoever finds the device held. */
  readonly terminal?: string | undefined;
  readonly calls?: CallChoice | undefined;
}

/** The engine, and what it takes to hand the device over. */
export interface NodeClient extends Client {
  /** What was half typed where the device was taken over from. */
  readonly draft: string;
  /** Calls beside the engine: pictures to be drawn, what this machine has, push to talk. Null where this program joins none. */
  readonly pictures: NodeCalls | null;
  /**
   * Another program of this person takes over. `give` ends the conversation here and resolves with the line being typed; the engine is closed
   * after it, and only then the other program begins.
   */
  onTakenOver(give: () => Promise<string>): void;
}

/**
 * The engine over a folder and the relay's chat port.
 * @throws CodedError `data_in_use`, `holder_silent`, `data_not_writable`, `data_too_new`, `data_damaged`
 */
export async function openNodeClient(options: NodeClientOptions): Promise<NodeClient> {
  await prepareFolder(options.folder);
  const lock = await lockDevice(options.folder, options);
  const connector = createFindingConnector({ host: options.host, port: options.chatPort }, options.expectRelay ?? options.announcedRelay, {
    connectTo: createTlsConnector,
    find: findPlaces,
  });
  let client: Client | undefined;
  const calls = createLazyCalls(options.calls ?? {});
  const files = createHttpFiles(() => connector.heard && { ...connector.heard, webPort: client?.relay()?.webPort });
  try {
    client = await createClient(
      {
        store: openLmdbStore(join(options.folder, 'device.mdb')),
        connector,
        clock: systemClock,
        random: (size) => new Uint8Array(randomBytes(size)),
        vault: await createVault(await loadVaultKey(options.folder)),
        files: { transport: files.make, places: nodePlaces, aead: nodeAead },
        calls: calls.media,
      },
      { address: `${options.host}:${options.chatPort}`, expectRelay: options.expectRelay, announcedRelay: options.announcedRelay },
    );
    return releaseOnClose(client, lock, files.close, calls);
  } catch (error) {
    await lock.release();
    if (error instanceof GroupError) throw new CodedError('data_damaged', { path: options.folder });
    throw error;
  }
}

/** A relay that has moved says by mDNS where it is now. */
async function findPlaces(key: Uint8Array, signal: AbortSignal): Promise<Place[]> {
  const isIt = (relay: { readonly key: Uint8Array }) => sameRelay(key, relay.key);
  const found = await findRelays({ signal, enough: (relays) => relays.some(isIt) });
  return found.filter(isIt).flatMap(({ addresses, chatPort }) => addresses.map((host) => ({ host, port: chatPort })));
}

function releaseOnClose(client: Client, lock: DeviceLock, closeFiles: () => void, pictures: NodeCalls): NodeClient {
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= client.close().finally(closeFiles));
  return {
    ...client,
    draft: lock.draft,
    pictures,
    onTakenOver: (give) =>
      lock.onAsked(async () => {
        const draft = await give();
        await close();
        // What waits for an answer keeps the lock until it has it.
        void lock.release();
        return draft;
      }),
    async close() {
      await close();
      await lock.release();
    },
  };
}
