import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8 } from './bytes.ts';
import { LABELS } from './labels.ts';
import { LARGEST_NUMBER } from './sframe-header.ts';

/** AES_128_GCM_SHA256_128 (RFC 9605 section 4.5), which goes with the groups' own suite. Bytes. */
export const SFRAME = { suite: 4, key: 16, salt: 12, tag: 16 } as const;

/** Whose frames, of which epoch: RFC 9605 section 5.2. */
export interface FrameKeyName {
  /** Of one sender in one epoch the streams, and each start of them: no two may share one. */
  readonly context: number;
  /** The sender's leaf index in the group. */
  readonly leaf: number;
  /** Only its low bits are sent. */
  readonly epoch: bigint;
}

/** Bits of a key id. Sixteen epochs are told apart; a group has far fewer leaves than 1,024. */
const EPOCH_BITS = 4n;
const LEAF_BITS = 10n;

export const EPOCHS_TOLD_APART = 1n << EPOCH_BITS;

/** @throws RangeError where the leaf or the context is out of range */
export function frameKeyId({ context, leaf, epoch }: FrameKeyName): bigint {
  const keyId = (BigInt(context) << (LEAF_BITS + EPOCH_BITS)) + (BigInt(leaf) << EPOCH_BITS) + (epoch % EPOCHS_TOLD_APART);
  if (leaf < 0 || leaf >= 1 << Number(LEAF_BITS) || context < 0 || keyId > LARGEST_NUMBER) throw new RangeError('no such sender of frames');
  return keyId;
}

/** The reverse; of the epoch the low bits. */
export function readFrameKeyId(keyId: bigint): { readonly context: bigint; readonly leaf: number; readonly epochBits: number } {
  return {
    context: keyId >> (LEAF_BITS + EPOCH_BITS),
    leaf: Number((keyId >> EPOCH_BITS) % (1n << LEAF_BITS)),
    epochBits: Number(keyId % EPOCHS_TOLD_APART),
  };
}

/** derive_key_salt of RFC 9605 section 4.4.2. @param baseKey of an epoch, from the MLS exporter */
export function deriveFrameKey(baseKey: Uint8Array, keyId: bigint): { readonly key: Uint8Array; readonly salt: Uint8Array } {
  const secret = extract(sha256, baseKey, new Uint8Array(0));
  const derive = (label: string, length: number): Uint8Array =>
    expand(sha256, secret, concatBytes(utf8(label), encodeBigEndian(keyId, 8), encodeBigEndian(BigInt(SFRAME.suite), 2)), length);
  return { key: derive(LABELS.frameKey, SFRAME.key), salt: derive(LABELS.frameSalt, SFRAME.salt) };
}

/** The salt XOR the counter. */
export function frameNonce(salt: Uint8Array, counter: bigint): Uint8Array<ArrayBuffer> {
  const nonce = encodeBigEndian(counter, SFRAME.salt);
  for (const [i, byte] of salt.entries()) nonce[i] = (nonce[i] as number) ^ byte;
  return nonce;
}

function encodeBigEndian(value: bigint, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let at = size - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
