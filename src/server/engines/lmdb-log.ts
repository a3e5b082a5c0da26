import { CodedError, toHex } from '../../protocol/index.ts';
import type { EntryKey, RoomLog, RoomWrite, StoredRoom } from '../room-log.ts';
import type { Key, LmdbFile } from './lmdb-file.ts';

/**
 * Rooms in one LMDB file. A write is one transaction and one sync: `kill -9`, or a power cut, at any moment leaves it
 * whole or not there at all.
 *
 * Keys: `e` room number → entry; `i` room device id → number; `r` room → record; `g` room → sealed GroupInfo; `w` room device → Welcome.
 */
export function createLmdbLog({ db, write }: LmdbFile): RoomLog {
  const lastSeqs = new Map<string, number>();

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

  function put({ room, entries, record, info, welcomes = [] }: RoomWrite): void {
    const key = toHex(room);
    for (const entry of entries) {
      db.putSync(entryKeyOf(key, entry.seq), entry.bytes);
      db.putSync(idKeyOf({ room, device: entry.device, id: entry.id }), encodeNumber(entry.seq));
    }
    if (record) db.putSync(['r', key], record);
    if (info === null) db.removeSync(['g', key]);
    else if (info) db.putSync(['g', key], info);
    for (const { device, bytes } of welcomes) {
      if (bytes) db.putSync(['w', key, toHex(device)], bytes);
      else db.removeSync(['w', key, toHex(device)]);
    }
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

    welcome: async (room, device) => db.get(['w', toHex(room), toHex(device)]),

    async write(writes) {
      writes.forEach(check);
      try {
        await write(() => writes.forEach(put));
      } catch (error) {
        // What is in the file is what counts now.
        lastSeqs.clear();
        throw error;
      }
      for (const { room, entries } of writes) {
        const last = entries.at(-1);
        if (last) lastSeqs.set(toHex(room), last.seq);
      }
    },
  };
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;

const entryKeyOf = (room: string, seq: number): Key => ['e', room, seq];
const idKeyOf = ({ room, device, id }: EntryKey): Key => ['i', toHex(room), toHex(device), toHex(id)];

function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const decodeNumber = (bytes: Uint8Array): number => Number(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readBigUInt64BE());
