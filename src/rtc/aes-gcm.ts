import { timingSafeEqual } from 'node:crypto';
import { createAesBlocks } from './aes-blocks.ts';
import { createGhash, hashed } from './ghash.ts';
import { createWords } from './words.ts';

export const GCM_TAG = 16;

/** AES-128-GCM (NIST SP 800-38D) of many short texts under one key, with nonces of 12 bytes. */
export interface AesGcm {
  /** Writes what is sealed, and the tag behind it, to `into` from `at` on. @param beside is authenticated, and stays readable */
  seal(nonce: Buffer, beside: Buffer, plain: Buffer, into: Buffer, at: number): void;
  /** @param sealed with its tag. @returns false, and writes nothing, where it is not authentic */
  open(nonce: Buffer, beside: Buffer, sealed: Buffer, into: Buffer, at: number): boolean;
}

const BLOCK = 16;
const tag = createWords(BLOCK);

const blocksOf = (length: number) => Math.ceil(length / BLOCK);

export function createAesGcm(key: Uint8Array): AesGcm {
  const blocks = createAesBlocks(key);
  const ghash = createGhash(Buffer.from(blocks.count(Buffer.alloc(12), 0, 1).buffer, 0, BLOCK));

  /** Lays out what is to be hashed. @returns where the text stands, in bytes */
  function lay(beside: Buffer, content: Buffer): number {
    const { bytes } = hashed;
    const begin = BLOCK * blocksOf(beside.length);
    const end = begin + BLOCK * blocksOf(content.length);
    bytes.fill(0, beside.length, begin);
    bytes.set(beside);
    bytes.set(content, begin);
    bytes.fill(0, begin + content.length, end + BLOCK);
    bytes.writeUInt32BE(8 * beside.length, end + 4);
    bytes.writeUInt32BE(8 * content.length, end + 12);
    return begin;
  }

  /** Masks the text that lies there. @param stream of which the first block is the tag's */
  function mask(stream: Uint32Array, begin: number, length: number): void {
    const { words, bytes } = hashed;
    const first = begin / 4;
    const count = 4 * blocksOf(length);
    for (let i = 0; i < count; i++) words[first + i] = (words[first + i] as number) ^ (stream[4 + i] as number);
    bytes.fill(0, begin + length, begin + 4 * count);
  }

  /** Of what lies there. @returns good until the next call */
  function tagOf(stream: Uint32Array, begin: number, length: number): Buffer {
    const hash = ghash.hash(begin + BLOCK * blocksOf(length) + BLOCK);
    for (let i = 0; i < 4; i++) tag.words[i] = (hash[i] as number) ^ (stream[i] as number);
    return tag.bytes;
  }

  return {
    seal(nonce, beside, plain, into, at) {
      const begin = lay(beside, plain);
      const stream = blocks.count(nonce, 1, blocksOf(plain.length) + 1);
      mask(stream, begin, plain.length);
      hashed.bytes.copy(into, at, begin, begin + plain.length);
      into.set(tagOf(stream, begin, plain.length), at + plain.length);
    },
    open(nonce, beside, sealed, into, at) {
      const length = sealed.length - GCM_TAG;
      const begin = lay(beside, sealed.subarray(0, length));
      const stream = blocks.count(nonce, 1, blocksOf(length) + 1);
      if (!timingSafeEqual(tagOf(stream, begin, length), sealed.subarray(length))) return false;
      mask(stream, begin, length);
      hashed.bytes.copy(into, at, begin, begin + length);
      return true;
    },
  };
}
