import type { KeyPackages } from '../key-packages.ts';
import type { RoomLog } from '../room-log.ts';
import { openLmdbFile } from './lmdb-file.ts';
import { createLmdbKeyPackages } from './lmdb-key-packages.ts';
import { createLmdbLog } from './lmdb-log.ts';

/** All that a relay keeps, in one LMDB file. */
export interface LmdbStorage {
  readonly log: RoomLog;
  readonly keyPackages: KeyPackages;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/**
 * @param path a folder, or a file where it has an extension
 * @throws CodedError `storage_failed` when the file cannot be opened, `data_damaged` {path} when it is no database
 */
export function openLmdb(path: string): LmdbStorage {
  const file = openLmdbFile(path);
  return { log: createLmdbLog(file), keyPackages: createLmdbKeyPackages(file), close: file.close };
}
