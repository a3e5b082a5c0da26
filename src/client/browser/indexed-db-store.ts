import { CodedError } from '../../protocol/index.ts';
import type { Store } from '../ports.ts';
import type { Database } from './database.ts';

type Pair = readonly [key: string, value: Uint8Array];

/**
 * The store of a browser. Every call is one transaction, and writes are `strict`: a browser's default tells "done" before
 * the disk has it, and an MLS state that goes back in time would use a key twice. Rejects with CodedError `storage_failed`.
 */
export function createIndexedDbStore(database: Database): Store {
  return {
    get: (key) => translate(async () => database.get('values', key)),

    list: (prefix, { after, limit = Number.POSITIVE_INFINITY, reverse = false } = {}) =>
      translate(async () => {
        const range = rangeOf(prefix, after, reverse);
        if (!range || limit < 1) return [];
        return reverse ? listBackwards(database, range, limit) : listForwards(database, range, limit);
      }),

    write: (changes) =>
      translate(async () => {
        const transaction = database.transaction('values', 'readwrite', { durability: 'strict' });
        try {
          for (const [key, value] of changes) {
            // Not awaited one by one: `done` speaks for all of them, and rejects with the first that failed.
            if (value === null) void transaction.store.delete(key).catch(ignore);
            else void transaction.store.put(compact(value), key).catch(ignore);
          }
        } catch (error) {
          // A value that cannot be stored throws here; the requests before it would be committed all the same.
          transaction.done.catch(ignore);
          transaction.abort();
          throw error;
        }
        await transaction.done;
      }),

    async close() {
      database.close();
    },
  };
}

const ignore = () => {};

async function translate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new CodedError('storage_failed', { because: String(error) });
  }
}

/** @returns undefined where nothing can lie: IndexedDB throws for a range whose ends have crossed. */
function rangeOf(prefix: string, after: string | undefined, reverse: boolean): IDBKeyRange | undefined {
  const end = `${prefix}\uffff`;
  if (after === undefined) return IDBKeyRange.bound(prefix, end);
  if (reverse) return after <= prefix ? undefined : IDBKeyRange.bound(prefix, after < end ? after : end, false, true);
  if (after < prefix) return IDBKeyRange.bound(prefix, end);
  return after >= end ? undefined : IDBKeyRange.bound(after, end, true);
}

async function listForwards(database: Database, range: IDBKeyRange, limit: number): Promise<Pair[]> {
  const count = Number.isFinite(limit) ? limit : undefined;
  const { store, done } = database.transaction('values');
  // Both in one transaction, or a write in between would pair keys with other keys' values.
  const [names, values] = await Promise.all([store.getAllKeys(range, count), store.getAll(range, count), done]);
  return names.map((key, i) => [key, values[i] as Uint8Array] as const);
}

async function listBackwards(database: Database, range: IDBKeyRange, limit: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let cursor = await database.transaction('values').store.openCursor(range, 'prev');
  while (cursor && pairs.length < limit) {
    pairs.push([cursor.key, cursor.value]);
    cursor = pairs.length < limit ? await cursor.continue() : null;
  }
  return pairs;
}

/** A view stores its whole buffer, which may hold other secrets or a run of megabytes. */
function compact(value: Uint8Array): Uint8Array {
  return value.byteLength === value.buffer.byteLength ? value : value.slice();
}
