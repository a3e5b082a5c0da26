import * as fake from 'fake-indexeddb';
import { deleteDB } from 'idb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/client/browser/database.ts';
import { createIndexedDbStore } from '../../src/client/browser/indexed-db-store.ts';
import { loadVaultKey } from '../../src/client/browser/vault-key.ts';
import { createMemoryStore } from '../../src/client/memory-store.ts';
import { storeContract } from './store.ts';

// As a browser has them; the files that are tested after this one are not in a browser.
beforeAll(() => {
  for (const [name, value] of Object.entries(fake)) if (/^(indexedDB|IDB)/.test(name)) vi.stubGlobal(name, value);
});
afterAll(() => void vi.unstubAllGlobals());

let places = 0;

storeContract('IndexedDB', async () => {
  const name = `contract-${places++}`;
  return {
    open: async () => createIndexedDbStore(await openDatabase(name)),
    destroy: () => deleteDB(name),
  };
});

storeContract(
  'memory',
  async () => {
    const values = new Map<string, Uint8Array>();
    return { open: async () => createMemoryStore(values), destroy: async () => {} };
  },
  { persistent: false },
);

describe('the vault key', () => {
  it('is made once, cannot be exported, and is the same after a restart', async () => {
    const database = await openDatabase('vault-key');
    const [first, second] = await Promise.all([loadVaultKey(database), loadVaultKey(database)]);
    expect(first.extractable).toBe(false);
    expect(first.algorithm).toMatchObject({ name: 'AES-GCM', length: 256 });
    const iv = new Uint8Array(12);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, first, Uint8Array.of(7));
    database.close();
    const again = await loadVaultKey(await openDatabase('vault-key'));
    for (const key of [second, again])
      expect([...new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed))]).toEqual([7]);
  });
});
