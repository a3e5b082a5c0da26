import { importAeadKey, openBytes, sealBytes } from './aead.ts';
import { concatBytes, utf8 } from './bytes.ts';
import type { Vault } from './contract.ts';
import { LABELS } from './labels.ts';

/**
 * Seals what a device keeps. The name is associated data: one who can write the store cannot put an old value, or one of
 * another room, in a value's place unless it once stood under that very name.
 *
 * @param key 32 bytes, or an AES-256-GCM CryptoKey that need not be extractable
 */
export async function createVault(key: Uint8Array | CryptoKey): Promise<Vault> {
  const aeadKey = key instanceof Uint8Array ? await importAeadKey(key) : requireAes256(key);
  return {
    seal: (name, value) => sealBytes(aeadKey, dataOf(name), value),
    open: (name, sealed) => openBytes(aeadKey, dataOf(name), sealed),
  };
}

const dataOf = (name: string) => concatBytes(utf8(LABELS.vaultData), Uint8Array.of(0), utf8(name));

function requireAes256(key: CryptoKey): CryptoKey {
  const { name, length } = key.algorithm as AesKeyAlgorithm;
  if (name !== 'AES-GCM' || length !== 256) throw new TypeError('a vault takes an AES-256-GCM key');
  return key;
}
