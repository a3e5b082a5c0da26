import { endianness } from 'node:os';

/** Bytes that can be seen as words, four at a time. */
export interface Words {
  readonly words: Uint32Array;
  readonly bytes: Buffer;
}

/** @param length of bytes */
export function createWords(length: number): Words {
  const words = new Uint32Array(Math.ceil(length / 4));
  return { words, bytes: Buffer.from(words.buffer) };
}

/** Does the first byte of a word count least? */
export const IS_LITTLE = endianness() === 'LE';

/** A number as the word that has its bytes in the order of the network. */
export function toNetwork(number: number): number {
  return IS_LITTLE ? (number << 24) | ((number & 0xff00) << 8) | ((number >>> 8) & 0xff00) | (number >>> 24) : number;
}
