import type { Store } from './ports.ts';

/** A store that forgets with the process: for tests, and for guests who ask to leave no trace. */
export function createMemoryStore(values: Map<string, Uint8Array> = new Map()): Store {
  return {
    get: async (key) => values.get(key),
    async list(prefix, { after, limit = Number.POSITIVE_INFINITY, reverse = false } = {}) {
      const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).toSorted();
      if (reverse) keys.reverse();
      const begun = after === undefined ? keys : keys.filter((key) => (reverse ? key < after : key > after));
      return begun.slice(0, limit).map((key) => [key, values.get(key) as Uint8Array] as const);
    },
    async write(changes) {
      for (const [key, value] of changes) {
        if (value === null) values.delete(key);
        else values.set(key, value);
      }
    },
    close: async () => {},
  };
}
