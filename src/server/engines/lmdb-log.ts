import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open } from 'lmdb';
import { CodedError } from '../../protocol/index.ts';
import type { EntryKey, RoomLog, RoomWrite } from '../room-log.ts';

/**
 * Rooms in one LMDB environment, four tables: records by room, sealed GroupInfo by room, entries by room and number,
 * numbers by room, device and id. A write is one transaction, synced to disk before it resolves.
 */
export function openLmdbLog(path: string): RoomLog {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // With overlapping sync a transaction would resolve when it is visible, before it is on disk.
  const root = open({ path, noSubdir: false, maxDbs: 4, overlappingSync: false });
  for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(path, file), 0o600);
  const table = (name: string): Database<Buffer, Buffer> => root.openDB({ name, keyEncoding: 'binary', encoding: 'binary' });
  const records = table('records');
  const infos = table('infos');
  const entries = table('entries');
  const numbers = table('numbers');

  /** Number of the last entry of a room; 0 while there is none. */
  function lastNumber(room: Uint8Array): number {
    const [key] = entries.getKeys({ start: entryKey(room, 2 ** (8 * NUMBER) - 1), end: entryKey(room, 0), reverse: true, limit: 1 });
    return key ? key.readUIntBE(room.length, NUMBER) : 0;
  }

  function readEntry(room: Uint8Array, seq: number): Uint8Array {
    const entry = entries.get(entryKey(room, seq));
    if (!entry) throw new CodedError('data_damaged', { seq });
    return copy(entry);
  }

  function check({ room, entries: added, record }: RoomWrite): void {
    let seq = lastNumber(room);
    if (!record && !records.doesExist(asBuffer(room))) throw new CodedError('conflict', { seq });
    for (const entry of added) if (entry.seq !== ++seq) throw new CodedError('conflict', { seq: entry.seq });
  }

  /** Only ever called in a batch: the promise of the batch is that of all its writes. */
  function put({ room, entries: added, record, info }: RoomWrite): void {
    for (const entry of added) {
      void entries.put(entryKey(room, entry.seq), asBuffer(entry.bytes));
      void numbers.put(numberKey({ room, ...entry }), encodeNumber(entry.seq));
    }
    if (record) void records.put(asBuffer(room), asBuffer(record));
    if (info) void infos.put(asBuffer(room), asBuffer(info));
    if (info === null) void infos.remove(asBuffer(room));
  }

  return {
    async rooms() {
      const stored = Array.from(records.getRange(), ({ key, value }) => [copy(key), copy(value)] as const);
      return stored.map(([room, record]) => {
        const seq = lastNumber(room);
        return { room, record, seq, last: seq > 0 ? readEntry(room, seq) : undefined };
      });
    },
    async read(room, after, bounds) {
      const page: Uint8Array[] = [];
      let bytes = 0;
      for (const { value } of entries.getRange({ start: entryKey(room, after + 1), end: entryKey(room, bounds.until + 1), limit: bounds.entries })) {
        bytes += value.length;
        if (page.length > 0 && bytes > bounds.bytes) break;
        page.push(copy(value));
      }
      return page;
    },
    async locate(keys) {
      return keys.map((key) => numbers.get(numberKey(key))?.readUIntBE(0, NUMBER));
    },
    async info(room) {
      const info = infos.get(asBuffer(room));
      return info && copy(info);
    },
    async write(writes) {
      writes.forEach(check);
      await surface(root.batch(() => writes.forEach(put)));
    },
    async close() {
      await root.close();
    },
  };
}

/** Numbers are 48 bits, big-endian, so that they sort. */
const NUMBER = 6;

function encodeNumber(seq: number): Buffer {
  const bytes = Buffer.alloc(NUMBER);
  bytes.writeUIntBE(seq, 0, NUMBER);
  return bytes;
}

const entryKey = (room: Uint8Array, seq: number): Buffer => Buffer.concat([room, encodeNumber(seq)]);
const numberKey = ({ room, device, id }: EntryKey): Buffer => Buffer.concat([room, device, id]);
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** What LMDB hands out may be memory that it uses again. */
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/**
 * The library rejects each failed write with an error that points to a second promise, which is rejected with the
 * reason; nobody but us could handle that one, and unhandled it would end the process.
 */
async function surface(written: Promise<boolean>): Promise<void> {
  try {
    await written;
  } catch (error) {
    (error as { commitError?: Promise<unknown> }).commitError?.catch(() => {});
    throw error;
  }
}
