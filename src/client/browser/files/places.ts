import type { FilePlaces } from '../../files/ports.ts';
import { createExport, sweepStorage, wasGiven } from './downloads.ts';
import { type Export, reopenStorageSink } from './storage-sink.ts';
import { createPrivateStorage, hasPrivateStorage, type PrivateStorage } from './storage.ts';

/** Files that are kept by this origin until they are whole, and how they are handed over then. */
export interface StoredFiles {
  readonly files: PrivateStorage;
  readonly give: (key: string) => Export;
  given(key: string): boolean;
}

/** @param makeWorker of storage-worker.ts @returns undefined where this browser has no private storage for pages */
export async function openStoredFiles(makeWorker: () => Worker): Promise<StoredFiles | undefined> {
  if (!(await hasPrivateStorage())) return undefined;
  const files = createPrivateStorage(makeWorker);
  // What is left over is no reason not to start.
  void sweepStorage(files, localStorage, Date.now()).catch(() => {});
  return { files, give: createExport(files, localStorage), given: (key) => wasGiven(localStorage, key) };
}

/** After a reload a page can open again what it wrote to its own storage, and nothing else. */
export function createBrowserPlaces(stored: StoredFiles | undefined): FilePlaces {
  return {
    openSource: async () => undefined,
    openSink: async (place) => (stored ? reopenStorageSink(stored, place) : undefined),
  };
}
