import { open } from 'lmdb';
import type { Store } from '../ports.ts';

/** A Store in one LMDB file: writes are one transaction, and on disk when they resolve. */
export function openLmdbStore(path: string): Store {
  const db = open<Uint8Array, string>({
    path,
    encoding: 'binary',
    keyEncoding: 'ordered-binary',
    // One sync a commit, before it resolves: what was promised must survive a power cut, not only a crash.
    overlappingSync: false,
  });
  return {
    get: async (key) => db.get(key),
    async list(prefix, { after, limit, reverse = false } = {}) {
      const top = `${prefix}\u{10ffff}`;
      const range = reverse
        ? { start: after ?? top, end: prefix, reverse: true, exclusiveStart: after !== undefined }
        : { start: after ?? prefix, end: top, exclusiveStart: after !== undefined };
      const found: Array<readonly [string, Uint8Array]> = [];
      for (const { key, value } of db.getRange({ ...range, ...(limit === undefined ? {} : { limit }) })) {
        if (key.startsWith(prefix)) found.push([key, value]);
      }
      return found;
    },
    async write(changes) {
      await db.transaction(() => {
        for (const [key, value] of changes) {
          if (value === null) db.removeSync(key);
          else db.putSync(key, value as Buffer);
        }
      });
      await db.flushed;
    },
    close: () => db.close(),
  };
}
