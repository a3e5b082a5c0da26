import { CodedError, toHex } from '../../protocol/index.ts';
import type { EntryKey, RoomLog, RoomWrite } from '../room-log.ts';

interface Room {
  readonly room: Uint8Array;
  readonly entries: Uint8Array[];
  readonly numbers: Map<string, number>;
  record: Uint8Array;
  info: Uint8Array | undefined;
  readonly welcomes: Map<string, Uint8Array>;
}

/** Keeps rooms in memory: for simulations and tests. A relay can be started again on it. */
export function createMemoryLog(): RoomLog {
  const rooms = new Map<string, Room>();

  function check({ room, entries, record }: RoomWrite): void {
    const known = rooms.get(toHex(room));
    let seq = known?.entries.length ?? 0;
    for (const entry of entries) if (entry.seq !== ++seq) throw new CodedError('conflict', { seq: entry.seq });
    if (!known && !record) throw new CodedError('conflict', { seq: 0 });
  }

  function apply({ room, entries, record, info, welcomes = [] }: RoomWrite): void {
    const key = toHex(room);
    const known: Room = rooms.get(key) ?? {
      room: new Uint8Array(room),
      entries: [],
      numbers: new Map(),
      record: new Uint8Array(),
      info: undefined,
      welcomes: new Map(),
    };
    rooms.set(key, known);
    for (const entry of entries) {
      known.entries.push(new Uint8Array(entry.bytes));
      known.numbers.set(entryKey(entry), entry.seq);
    }
    if (record) known.record = new Uint8Array(record);
    if (info !== undefined) known.info = info ? new Uint8Array(info) : undefined;
    for (const { device, bytes } of welcomes) {
      if (bytes) known.welcomes.set(toHex(device), new Uint8Array(bytes));
      else known.welcomes.delete(toHex(device));
    }
  }

  return {
    async rooms() {
      return [...rooms.values()].map(({ room, record, entries }) => ({ room, record, seq: entries.length, last: entries.at(-1) }));
    },
    async read(room, after, bounds) {
      const page: Uint8Array[] = [];
      let bytes = 0;
      for (const entry of rooms.get(toHex(room))?.entries.slice(after, bounds.until) ?? []) {
        bytes += entry.length;
        if (page.length >= bounds.entries || (page.length > 0 && bytes > bounds.bytes)) break;
        page.push(entry);
      }
      return page;
    },
    async locate(keys) {
      return keys.map((key) => rooms.get(toHex(key.room))?.numbers.get(entryKey(key)));
    },
    async info(room) {
      return rooms.get(toHex(room))?.info;
    },
    welcome: async (room, device) => rooms.get(toHex(room))?.welcomes.get(toHex(device)),
    async write(writes) {
      writes.forEach(check);
      writes.forEach(apply);
    },
  };
}

const entryKey = (key: Omit<EntryKey, 'room'>): string => `${toHex(key.device)} ${toHex(key.id)}`;
