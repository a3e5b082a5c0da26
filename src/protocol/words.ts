import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as spanish } from '@scure/bip39/wordlists/spanish.js';

const LISTS = { en: english, es: spanish } as const;
export type WordLanguage = keyof typeof LISTS;

/**
 * The first `count` × 11 bits of `bytes` as BIP-39 words: the same indexes in each language, so that an English and a
 * Spanish screen can be compared by number. Five words are 55 bits.
 */
export function toWords(bytes: Uint8Array, language: WordLanguage = 'en', count = 5): string[] {
  return toWordIndexes(bytes, count).map((index) => LISTS[language][index] as string);
}

export function toWordIndexes(bytes: Uint8Array, count = 5): number[] {
  if (bytes.length * 8 < count * 11) throw new RangeError('too few bytes for that many words');
  const indexes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const byte of bytes) {
    word = ((word << 8) | byte) & 0xfffff;
    bits += 8;
    if (bits >= 11) {
      bits -= 11;
      indexes.push((word >> bits) & 0x7ff);
      if (indexes.length === count) break;
    }
  }
  return indexes;
}
