import { asSource } from './bytes.ts';
import type { SegmentAead } from './contract.ts';
import { FLOE } from './floe-keys.ts';
import { giveBack } from './give-back.ts';

/** AES-256-GCM of WebCrypto. A key is imported once for as long as its caller holds it: 2^20 segments have one. */
export function createWebAead(): SegmentAead {
  const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();
  const importOnce = (key: Uint8Array): Promise<CryptoKey> => {
    let promise = imported.get(key);
    if (!promise) {
      promise = crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
      imported.set(key, promise);
    }
    return promise;
  };
  const paramsOf = (iv: Uint8Array, data: Uint8Array) => ({
    name: 'AES-GCM',
    iv: asSource(iv),
    additionalData: asSource(data),
    tagLength: FLOE.tag * 8,
  });
  return {
    seal: async (key, iv, data, plain, target) => {
      move(await crypto.subtle.encrypt(paramsOf(iv, data), await importOnce(key), asSource(plain)), target);
    },
    open: async (key, iv, data, sealed, target) => {
      move(await crypto.subtle.decrypt(paramsOf(iv, data), await importOnce(key), asSource(sealed)), target);
    },
  };
}

/** WebCrypto's results come in memory of their own. */
function move(result: ArrayBuffer, target: Uint8Array): void {
  const bytes = new Uint8Array(result);
  target.set(bytes);
  giveBack(bytes);
}
