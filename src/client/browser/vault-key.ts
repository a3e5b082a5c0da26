import { CodedError } from '../../protocol/index.ts';
import type { Database } from './database.ts';

const NAME = 'vault';

/**
 * The key that seals what this device stores: made on first use, kept by the browser, and not extractable, so that no script,
 * ours included, can read its bytes out. Whoever copies the profile folder has it all the same: that is SECURITY.md's limit.
 */
export async function loadVaultKey(database: Database): Promise<CryptoKey> {
  const known = await database.get('keys', NAME);
  if (known) return known;
  // Made before the transaction opens: IndexedDB closes a transaction that waits for anything else.
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  try {
    const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' });
    const raced = await transaction.store.get(NAME);
    if (!raced) await transaction.store.put(made, NAME);
    await transaction.done;
    return raced ?? made;
  } catch (error) {
    throw new CodedError('storage_failed', { because: String(error) });
  }
}
