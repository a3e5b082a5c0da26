import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Database, open } from 'lmdb';
import { CodedError } from '../../protocol/index.ts';

export type Key = [kind: string, ...rest: Array<string | number>];

/** The one LMDB file of a relay, which its engines share: opened twice in one process it would lock itself out. */
export interface LmdbFile {
  readonly db: Database<Uint8Array, Key>;
  /** Runs `work` in one transaction, and resolves with what it returns when that is on disk: all of it, or nothing where it rejects. */
  write<T>(work: () => T): Promise<T>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/**
 * @param path a folder, or a file where it has an extension
 * @throws CodedError `storage_failed` when the file cannot be opened, `data_damaged` {path} when it is no database
 */
export function openLmdbFile(path: string): LmdbFile {
  const db = openDatabase(path);
  const underWay = new Set<Promise<unknown>>();
  return {
    db,
    async write(work) {
      const written = db.childTransaction(work);
      underWay.add(written);
      try {
        return await written;
      } catch (error) {
        // The reason comes as a second promise on the error; nobody else handles it, and unhandled it would end the process.
        (error as { commitError?: Promise<unknown> }).commitError?.catch(() => {});
        throw error;
      } finally {
        underWay.delete(written);
      }
    },
    async close() {
      // The database would close under a transaction that has not begun.
      await Promise.allSettled(underWay);
      await db.close();
    },
  };
}

function openDatabase(path: string): Database<Uint8Array, Key> {
  try {
    checkMagic(extname(path) === '' ? join(path, 'data.mdb') : path);
    return open<Uint8Array, Key>({
      path,
      encoding: 'binary',
      // One sync a commit, before it resolves.
      overlappingSync: false,
    });
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('storage_failed', { path, because: String((error as Error).message).slice(0, 120) });
  }
}

/** In the header of the first page; LMDB ends the process by a fault of memory where it reads something else. */
const MAGIC = { at: 24, value: 0xbeefc0de };

function checkMagic(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.size) return;
  const head = Buffer.alloc(MAGIC.at + 4);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head);
  } finally {
    closeSync(descriptor);
  }
  if (head.readUInt32LE(MAGIC.at) !== MAGIC.value) throw new CodedError('data_damaged', { path: file });
}
