import type { FileOpener, FileSealer, SegmentAead } from './contract.ts';
import { createWebAead } from './floe-aead.ts';
import { createFloeOpener, createFloeSealer } from './floe.ts';
import { FLOE } from './floe-keys.ts';

/** FLOE as our files have it. A change of these is another file format. */
const PARAMS = { segment: 256 * 1024, rotationBits: 20 } as const;

const NONE = new Uint8Array(0);

/** Bytes of a sealed file's parts. */
export const SEALED_FILE = {
  header: FLOE.header,
  segment: PARAMS.segment,
  overhead: FLOE.overhead,
  /** Of plaintext in each segment but the last. */
  plain: PARAMS.segment - FLOE.overhead,
  /** At the end of each segment. */
  tag: FLOE.tag,
} as const;

/**
 * @param key 32 bytes, of this file alone
 * @param options.header of a file whose sealing goes on; absent: a new one with a fresh IV
 * @throws GroupError `unreadable` where header and key do not belong together
 */
export function createFileSealer(key: Uint8Array, options: { header?: Uint8Array; aead?: SegmentAead } = {}): FileSealer {
  return createFloeSealer(PARAMS, key, NONE, options.aead ?? createWebAead(), options.header);
}

/** @throws GroupError `unreadable` where header and key do not belong together, or its parameters are not ours */
export function createFileOpener(key: Uint8Array, header: Uint8Array, options: { aead?: SegmentAead } = {}): FileOpener {
  return createFloeOpener(PARAMS, key, NONE, header, options.aead ?? createWebAead());
}
