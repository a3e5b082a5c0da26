import type { Vault } from '../crypto/index.ts';
import type { Store } from './ports.ts';

/** A store whose values are sealed under the device's vault. Keys stay readable: they hold room ids and numbers, no content. */
export function sealStore(store: Store, vault: Vault): Store {
  const open = async (key: string, value: Uint8Array) => vault.open(key, value);
  return {
    async get(key) {
      const value = await store.get(key);
      return value && open(key, value);
    },
    async list(prefix, options) {
      const found = await store.list(prefix, options);
      return Promise.all(found.map(async ([key, value]) => [key, await open(key, value)] as const));
    },
    async write(changes) {
      const sealed = await Promise.all([...changes].map(async ([key, value]) => [key, value && (await vault.seal(key, value))] as const));
      await store.write(new Map(sealed));
    },
    close: () => store.close(),
  };
}
