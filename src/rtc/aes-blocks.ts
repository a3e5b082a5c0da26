import { createCipheriv } from 'node:crypto';
import { MAX_PACKET } from './srtp-cipher.ts';
import { createWords, toNetwork } from './words.ts';

/** AES-128 of blocks that are counted: what the modes that count (CTR, GCM) mask with. */
export interface AesBlocks {
  /**
   * @param start twelve bytes with which each block begins, @param from the number with which the first one ends, @param count of blocks
   * @returns what AES makes of them, in the order of memory; good until anybody's next call
   */
  count(start: Buffer, from: number, count: number): Uint32Array;
}

const BLOCK = 16;
/** One for all: nobody keeps what stands in it. A packet takes a block more, and its last one may not be full. */
const counted = createWords(MAX_PACKET + 2 * BLOCK);
const made = createWords(MAX_PACKET + 2 * BLOCK);

/**
 * One cipher for all packets: making one costs more than what it does, and taking it down as much again. In ECB, of blocks that we count
 * ourselves, AES makes what it would in a mode that counts, and keeps nothing from one call to the next.
 */
export function createAesBlocks(key: Uint8Array): AesBlocks {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return {
    count(start, from, count) {
      const { words, bytes } = counted;
      bytes.set(start);
      const a = words[0] as number;
      const b = words[1] as number;
      const c = words[2] as number;
      for (let number = 0, at = 0; number < count; number++, at += 4) {
        words[at] = a;
        words[at + 1] = b;
        words[at + 2] = c;
        words[at + 3] = toNetwork(from + number);
      }
      made.bytes.set(cipher.update(bytes.subarray(0, BLOCK * count)));
      return made.words;
    },
  };
}
