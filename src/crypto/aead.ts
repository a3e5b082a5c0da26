import { asSource, concatBytes, randomBytes } from './bytes.ts';
import { GroupError } from './contract.ts';

/*
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, as `version || nonce || ciphertext || tag`. Random nonces are
 * good for 2^32 seals under one key: a device that writes ten values a second gets there in thirteen years.
 */
const VERSION = 1;
const HEAD = 1 + 12;
const TAG = 16;

export function importAeadKey(key: Uint8Array): Promise<CryptoKey> {
  if (key.length !== 32) throw new TypeError('an AES-256 key has 32 bytes');
  return crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

export async function sealBytes(key: CryptoKey, data: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const nonce = randomBytes(12);
  const params = { name: 'AES-GCM', iv: nonce, additionalData: asSource(data) };
  return concatBytes(Uint8Array.of(VERSION), nonce, new Uint8Array(await crypto.subtle.encrypt(params, key, asSource(plain))));
}

/** @throws GroupError `unreadable` */
export async function openBytes(key: CryptoKey, data: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  if (sealed.length < HEAD + TAG) throw new GroupError('unreadable', 'too short to be sealed');
  if (sealed[0] !== VERSION) throw new GroupError('unreadable', 'sealed by another version');
  const params = { name: 'AES-GCM', iv: asSource(sealed.subarray(1, HEAD)), additionalData: asSource(data) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(params, key, asSource(sealed.subarray(HEAD))));
  } catch {
    throw new GroupError('unreadable', 'damaged, or sealed under another key or name');
  }
}
