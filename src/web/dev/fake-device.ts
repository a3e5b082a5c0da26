import { toWords } from '../../protocol/index.ts';

/** The same name always has the same device. */
export function deviceOf(name: string): string {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16777619) >>> 0;
  return hash.toString(16).padStart(8, '0').repeat(8);
}

export const OWN = deviceOf('own');

export function wordsOf(device: string): string[] {
  return toWords(Uint8Array.from({ length: 8 }, (_, i) => (Number.parseInt(device.slice(i, i + 2), 16) * 37 + i * 11) % 256));
}
