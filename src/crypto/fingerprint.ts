import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from './bytes.ts';
import { LABELS } from './labels.ts';
import { LIMITS } from './limits.ts';

/** Screens ask for the same few devices again and again. */
const known = new Map<string, Uint8Array>();

/**
 * What the words of a device are made of: PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2). Five words say 55 bits, and keys are cheap to make: it is
 * the rounds that keep somebody from making keys until one has the words of another.
 *
 * @param device 32 bytes
 * @returns 8 bytes
 */
export function deviceFingerprint(device: Uint8Array): Uint8Array {
  if (device.length !== 32) throw new TypeError('a device id has 32 bytes');
  const name = toHex(device);
  let fingerprint = known.get(name);
  if (!fingerprint) {
    fingerprint = pbkdf2(sha256, device, utf8(LABELS.deviceWords), { c: LIMITS.wordRounds, dkLen: 8 });
    if (known.size >= LIMITS.knownWords) known.delete(known.keys().next().value as string);
    known.set(name, fingerprint);
  }
  return Uint8Array.from(fingerprint);
}
