import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Database, open } from 'lmdb';
import { CodedError, toHex } from '../../protocol/index.ts';
import type { EntryKey, RoomLog, RoomWrite, StoredRoom } from '../room-log.ts';

/**
 * Rooms in one LMDB file. A write is one transaction and one sync: `kill -9`, or a power cut, at any moment leaves it
 * whole or not there at all.
 *
 * Keys: `e` room number → entry; `i` room device id → number; `r` room → record; `g` room → sealed GroupInfo.
 * @param path a folder, or a file where it has an extension
 * @throws CodedError `storage_failed` when the file cannot be opened, `data_damaged` {path} when it is no database
 */
export function openLmdbLog(path: string): RoomLog {
  const db = openDatabase(path);
  const lastSeqs = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();

  function lastOf(room: string): { seq: number; last: Uint8Array | undefined } {
    for (const { key, value } of db.getRange({ start: entryKeyOf(room, MAX_SEQ), end: entryKeyOf(room, 0), reverse: true, limit: 1 })) {
      return { seq: key[2] as number, last: value };
    }
    return { seq: 0, last: undefined };
  }

  function seqOf(room: string): number {
    const known = lastSeqs.get(room) ?? lastOf(room).seq;
    lastSeqs.set(room, known);
    return known;
  }

  /** Nothing is put before all of a write is known to fit. */
  function check({ room, entries, record }: RoomWrite): void {
    const key = toHex(room);
    let seq = seqOf(key);
    for (const entry of entries) if (entry.seq !== ++seq) throw new CodedError('conflict', { seq: entry.seq });
    if (!record && !db.doesExist(['r', key])) throw new CodedError('conflict', { seq: 0 });
  }

  function put({ room, entries, record, info }: RoomWrite): void {
    const key = toHex(room);
    for (const entry of entries) {
      db.putSync(entryKeyOf(key, entry.seq), entry.bytes);
      db.putSync(idKeyOf({ room, device: entry.device, id: entry.id }), encodeNumber(entry.seq));
    }
    if (record) db.putSync(['r', key], record);
    if (info === null) db.removeSync(['g', key]);
    else if (info) db.putSync(['g', key], info);
  }

  return {
    async rooms() {
      const rooms: StoredRoom[] = [];
      for (const { key, value } of db.getRange({ start: ['r'], end: ['s'] })) {
        const room = key[1] as string;
        rooms.push({ room: Uint8Array.from(Buffer.from(room, 'hex')), record: value, ...lastOf(room) });
      }
      return rooms;
    },

    async read(room, after, bounds) {
      const key = toHex(room);
      const page: Uint8Array[] = [];
      let bytes = 0;
      for (const { value } of db.getRange({
        start: entryKeyOf(key, after + 1),
        end: entryKeyOf(key, bounds.until + 1),
        limit: bounds.entries,
      })) {
        bytes += value.length;
        if (page.length > 0 && bytes > bounds.bytes) break;
        page.push(value);
      }
      return page;
    },

    async locate(keys) {
      return keys.map((key) => {
        const found = db.get(idKeyOf(key));
        return found && decodeNumber(found);
      });
    },

    info: async (room) => db.get(['g', toHex(room)]),

    async write(writes) {
      writes.forEach(check);
      const written = db.childTransaction(() => writes.forEach(put));
      underWay.add(written);
      try {
        await written;
      } catch (error) {
        // What is in the file is what counts now.
        lastSeqs.clear();
        // The reason comes as a second promise on the error; nobody else handles it, and unhandled it would end the process.
        (error as { commitError?: Promise<unknown> }).commitError?.catch(() => {});
        throw error;
      } finally {
        underWay.delete(written);
      }
      for (const { room, entries } of writes) {
        const last = entries.at(-1);
        if (last) lastSeqs.set(toHex(room), last.seq);
      }
    },

    async close() {
      // The database would close under a transaction that has not begun.
      await Promise.allSettled(underWay);
      await db.close();
    },
  };
}

type Key = [kind: string, ...rest: Array<string | number>];

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

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

const entryKeyOf = (room: string, seq: number): Key => ['e', room, seq];
const idKeyOf = ({ room, device, id }: EntryKey): Key => ['i', toHex(room), toHex(device), toHex(id)];

function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const decodeNumber = (bytes: Uint8Array): number => Number(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readBigUInt64BE());
