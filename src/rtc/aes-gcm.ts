import { timingSafeEqual } from 'node:crypto';
import { createAesBlocks } from './aes-blocks.ts';
import { createGhash, hashed } from './ghash.ts';
import { createWords, toNetwork } from './words.ts';

export const GCM_TAG = 16;

/** AES-128-GCM (NIST SP 800-38D) of many packets under one key, with nonces of 12 bytes. What stands first in a packet is authenticated, and stays readable. */
export interface AesGcm {
  /** Writes the packet, sealed from `readable` bytes on, and its tag. */
  seal(nonce: Buffer, packet: Buffer, readable: number, into: Buffer): void;
  /** @param packet with its tag. @returns false, and writes nothing, where it is not authentic */
  open(nonce: Buffer, packet: Buffer, readable: number, into: Buffer): boolean;
}

const BLOCK = 16;
const WORD = 4;
const tag = createWords(BLOCK);

/** Up to the end of a block. */
const fill = (length: number) => (length + BLOCK - 1) & -BLOCK;

export function createAesGcm(key: Uint8Array): AesGcm {
  const blocks = createAesBlocks(key);
  const ghash = createGhash(Buffer.from(blocks.count(Buffer.alloc(12), 0, 1).buffer, 0, BLOCK));
  const { words, bytes } = hashed;

  /** Lays out what is hashed: what is readable and the text, each filled up, and how long they are. @returns where the text stands */
  function lay(packet: Buffer, readable: number, length: number): number {
    const begin = fill(readable);
    const end = begin + fill(length);
    copyFew(packet, 0, readable, bytes, 0);
    bytes.fill(0, readable, begin);
    packet.copy(bytes, begin, readable, readable + length);
    bytes.fill(0, begin + length, end + BLOCK);
    words[end / WORD + 1] = toNetwork(8 * readable);
    words[end / WORD + 3] = toNetwork(8 * length);
    return begin;
  }

  /** Masks the text that lies there. @param stream of which the first block is the tag's */
  function mask(stream: Uint32Array, begin: number, length: number): void {
    const first = begin / WORD;
    const count = fill(length) / WORD;
    for (let i = 0; i < count; i++) words[first + i] = (words[first + i] as number) ^ (stream[BLOCK / WORD + i] as number);
  }

  /** Of what lies there. @returns good until the next call */
  function tagOf(stream: Uint32Array, begin: number, length: number): Buffer {
    const hash = ghash.hash(begin + fill(length) + BLOCK);
    for (let i = 0; i < BLOCK / WORD; i++) tag.words[i] = (hash[i] as number) ^ (stream[i] as number);
    return tag.bytes;
  }

  return {
    seal(nonce, packet, readable, into) {
      const length = packet.length - readable;
      const begin = lay(packet, readable, length);
      const stream = blocks.count(nonce, 1, fill(length) / BLOCK + 1);
      mask(stream, begin, length);
      // Behind the text stands nothing, masked or not.
      bytes.fill(0, begin + length, begin + fill(length));
      copyFew(packet, 0, readable, into, 0);
      bytes.copy(into, readable, begin, begin + length);
      copyFew(tagOf(stream, begin, length), 0, GCM_TAG, into, packet.length);
    },
    open(nonce, packet, readable, into) {
      const end = packet.length - GCM_TAG;
      const length = end - readable;
      const begin = lay(packet, readable, length);
      const stream = blocks.count(nonce, 1, fill(length) / BLOCK + 1);
      if (!timingSafeEqual(tagOf(stream, begin, length), packet.subarray(end))) return false;
      mask(stream, begin, length);
      copyFew(packet, 0, readable, into, 0);
      bytes.copy(into, readable, begin, begin + length);
      return true;
    },
  };
}

/** By the byte: of a few, Buffer's own way is a new object and a call more. */
function copyFew(from: Buffer, start: number, end: number, into: Buffer, at: number): void {
  for (let i = start; i < end; i++) into[at + i - start] = from[i] as number;
}
