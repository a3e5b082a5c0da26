import { expand } from '@noble/hashes/hkdf.js';
import { sha384 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8 } from './bytes.ts';
import { LABELS } from './labels.ts';

/** What FLOE leaves open, and its key rotation, which its own known-answer tests shorten. */
export interface FloeParams {
  /** Bytes of a sealed segment: ENC_SEG_LEN. */
  readonly segment: number;
  /** 2^this segments are sealed under one key: AEAD_ROTATION_MASK. */
  readonly rotationBits: number;
}

/** Bytes, as FLOE fixes them for AES-256-GCM and HKDF-Expand-SHA-384. */
export const FLOE = { key: 32, params: 10, iv: 32, headerTag: 32, header: 74, length: 4, aeadIv: 12, tag: 16, overhead: 32 } as const;

/** No file has more segments: AEAD_MAX_SEGMENTS. */
export const MAX_SEGMENTS = 2 ** 40;

/** Of one file: everything is derived from its key and the IV in its header. */
export interface FloeKeys {
  readonly headerTag: Uint8Array;
  /** AES-256-GCM key of the segment at `position`; the same object as long as the key is the same, so that engines may keep what they made of it. */
  keyAt(position: number): Uint8Array;
}

/** PARAM_ENCODE: AEAD_ID 0, KDF_ID 0, ENC_SEG_LEN, FLOE_IV_LEN. */
export function encodeParams({ segment }: FloeParams): Uint8Array {
  const bytes = new Uint8Array(FLOE.params);
  const view = new DataView(bytes.buffer);
  view.setUint32(2, segment);
  view.setUint32(6, FLOE.iv);
  return bytes;
}

/** @param aad associated data of the whole; files of ours have none */
export function deriveFloeKeys(params: FloeParams, key: Uint8Array, iv: Uint8Array, aad: Uint8Array): FloeKeys {
  if (key.length !== FLOE.key) throw new TypeError('a FLOE key has 32 bytes');
  // FLOE_KDF: the associated data comes last, after the purpose.
  const derive = (prk: Uint8Array, purpose: Uint8Array, length: number) =>
    expand(sha384, prk, concatBytes(encodeParams(params), iv, purpose, aad), length);
  const messageKey = derive(key, utf8(LABELS.floeMessageKey), 48);
  const rotation = 2 ** params.rotationBits;
  let current: { readonly first: number; readonly key: Uint8Array } | undefined;
  return {
    headerTag: derive(key, utf8(LABELS.floeHeaderTag), FLOE.headerTag),
    keyAt: (position) => {
      const first = position - (position % rotation);
      if (current?.first !== first) {
        current = { first, key: derive(messageKey, concatBytes(utf8(LABELS.floeDataKey), encodePosition(first)), 32) };
      }
      return current.key;
    },
  };
}

/** I2BE(position, 8) */
export function encodePosition(position: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(position));
  return bytes;
}
