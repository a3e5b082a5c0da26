import { open } from 'lmdb';
import { CodedError } from '../../protocol/index.ts';
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

  const underWay = new Set<Promise<void>>();

  /** Keys from where the listing begins, in its direction, without an end: LMDB's end is exclusive, ours is the prefix. */
  function begin(prefix: string, after: string | undefined, reverse: boolean) {
    const top = `${prefix}\u{10ffff}`;
    if (reverse) return { reverse, start: after !== undefined && after < top ? after : top, exclusiveStart: true };
    const started = after !== undefined && after >= prefix;
    return { start: started ? after : prefix, exclusiveStart: started };
  }

  return {
    get: async (key) => db.get(key),
    async list(prefix, { after, limit = Number.POSITIVE_INFINITY, reverse = false } = {}) {
      const found: Array<readonly [string, Uint8Array]> = [];
      if (limit === 0) return found;
      for (const { key, value } of db.getRange(begin(prefix, after, reverse))) {
        if (!key.startsWith(prefix) || found.length >= limit) break;
        found.push([key, value]);
      }
      return found;
    },
    write(changes) {
      const written = writeBatch(changes);
      underWay.add(written);
      const forget = () => void underWay.delete(written);
      written.then(forget, forget);
      return written;
    },
    async close() {
      // The database would close under a transaction that has not begun.
      await Promise.allSettled(underWay);
      await db.close();
    },
  };

  async function writeBatch(changes: ReadonlyMap<string, Uint8Array | null>): Promise<void> {
    try {
      // A child, so that what fails takes nothing else of its batch along.
      await db.childTransaction(() => {
        for (const [key, value] of changes) {
          if (value === null) db.removeSync(key);
          else db.putSync(key, value);
        }
      });
    } catch (error) {
      throw new CodedError('storage_failed', { because: String((error as Error).message).slice(0, 120) });
    }
  }
}
