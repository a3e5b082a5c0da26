import { ed25519 } from '@noble/curves/ed25519.js';
import { randomBytes } from './bytes.ts';
import type { Identity } from './contract.ts';
import { signEd25519, verifyEd25519 } from './ed25519.ts';

/** A new device: its id is its Ed25519 public key. */
export async function createIdentity(): Promise<Identity> {
  return restoreIdentity(randomBytes(32));
}

/** @throws TypeError when the seed has not 32 bytes: that is a fault of the store, nothing a person did. */
export async function restoreIdentity(secret: Uint8Array): Promise<Identity> {
  if (secret.length !== 32) throw new TypeError('a device seed has 32 bytes');
  const seed = Uint8Array.from(secret);
  return Object.freeze({
    device: ed25519.getPublicKey(seed),
    secret: seed,
    sign: (bytes: Uint8Array) => signEd25519(seed, bytes),
  });
}

/** False for whatever is no signature of `device`, however malformed. */
export async function verifySignature(device: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return verifyEd25519(device, bytes, signature);
}
