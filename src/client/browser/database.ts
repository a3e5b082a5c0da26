import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { CodedError } from '../../protocol/index.ts';

/** One database a device: what is stored, and beside it the key that it is sealed under. */
export interface Tables extends DBSchema {
  values: { key: string; value: Uint8Array };
  keys: { key: string; value: CryptoKey };
}

export type Database = IDBPDatabase<Tables>;

const FORMAT = 1;

/** @throws CodedError `storage_failed`: private windows and full disks refuse; `data_too_new` after a newer page was here. */
export async function openDatabase(name: string): Promise<Database> {
  try {
    const database = await openDB<Tables>(name, FORMAT, {
      upgrade(fresh) {
        fresh.createObjectStore('values');
        fresh.createObjectStore('keys');
      },
      // Another page wants to delete or migrate it: not letting go would block that page for ever.
      blocking: () => database.close(),
    });
    return database;
  } catch (error) {
    throw new CodedError((error as DOMException).name === 'VersionError' ? 'data_too_new' : 'storage_failed', { because: String(error) });
  }
}
