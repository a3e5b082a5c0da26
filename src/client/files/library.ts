import { CodedError } from '../../protocol/index.ts';
import type { TimelineItem } from '../api.ts';
import type { Store } from '../ports.ts';
import { decodeRecord, type FileEntry, keys } from '../room/records.ts';

export type FileItem = TimelineItem & { readonly kind: 'file' };

/** Files that stand in the history of rooms, as this device has it. */
export interface Library {
  /** The newest first. */
  list(room: string): Promise<readonly FileItem[]>;
  /** @throws CodedError `no_such_file`, `file_ambiguous` */
  find(room: string, id: string): Promise<{ readonly item: FileItem; readonly entry: FileEntry }>;
  /** Whether the message with this id is in the log, and was not taken back. */
  has(room: string, message: string): Promise<boolean>;
}

/** A beginning of an id that people may type. */
const TYPED = /^[0-9a-f]{4,32}$/;
/** So many are named where a beginning fits several. */
const NAMED = 8;

export function createLibrary(store: Store): Library {
  async function itemOf(entry: FileEntry): Promise<FileItem | undefined> {
    const value = await store.get(entry.item);
    const item = value && decodeRecord<TimelineItem>(value);
    return item?.kind === 'file' ? item : undefined;
  }

  return {
    async list(room) {
      const entries = (await store.list(keys.files(room))).map(([, value]) => decodeRecord<FileEntry>(value));
      const items = await Promise.all(entries.toSorted((a, b) => b.seq - a.seq).map(itemOf));
      return items.filter((item) => item !== undefined);
    },
    async find(room, typed) {
      const id = typed.trim().toLowerCase();
      const found = TYPED.test(id) ? await store.list(keys.file(room, id), { limit: NAMED + 1 }) : [];
      if (found.length > 1) {
        const ids = found.slice(0, NAMED).map(([key]) => key.slice(keys.files(room).length).slice(0, id.length + 4));
        throw new CodedError('file_ambiguous', { file: id, files: ids.join(', ') });
      }
      const entry = found[0] && decodeRecord<FileEntry>(found[0][1]);
      const item = entry && (await itemOf(entry));
      if (!item) throw new CodedError('no_such_file', { file: typed.slice(0, 40) });
      return { item, entry };
    },
    has: async (room, message) => (await store.get(keys.fileMessage(room, message))) !== undefined,
  };
}
