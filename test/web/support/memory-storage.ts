import { CodedError } from '../../../src/protocol/index.ts';
import type { PrivateStorage } from '../../../src/client/browser/files/storage.ts';

/** A page's private storage without a browser. What was not flushed is there as well: nothing crashes here. */
export function createMemoryStorage(): PrivateStorage {
  const files = new Map<string, Uint8Array>();
  const get = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (!bytes) throw new CodedError('target_gone');
    return bytes;
  };
  const resize = (name: string, size: number): void => {
    const bytes = new Uint8Array(size);
    bytes.set(get(name).subarray(0, size));
    files.set(name, bytes);
  };
  return {
    async open(name, make) {
      if (make && !files.has(name)) files.set(name, new Uint8Array());
      return get(name).length;
    },
    async write(name, at, bytes) {
      if (get(name).length < at + bytes.length) resize(name, at + bytes.length);
      get(name).set(bytes, at);
    },
    truncate: async (name, size) => resize(name, size),
    flush: async (name) => void get(name),
    close: async () => {},
    remove: async (name) => void files.delete(name),
    file: async (name) => new File([get(name).slice()], name),
    list: async () => [...files.keys()].map((name) => ({ name, modified: 0 })),
  };
}
