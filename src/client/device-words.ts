import { deviceFingerprint } from '../crypto/index.ts';
import { toHex, toWords } from '../protocol/index.ts';

/** They are slow to make on purpose, and asked for with each drawing. Who has more people than this waits a little again. */
const KEPT = 1_000;
const wordsByDevice = new Map<string, readonly string[]>();

/** Five words of a device: what people read to each other to know that they see the same one. */
export function deviceWords(device: Uint8Array): readonly string[] {
  const key = toHex(device);
  const known = wordsByDevice.get(key);
  if (known) return known;
  const words = toWords(deviceFingerprint(device));
  if (wordsByDevice.size >= KEPT) wordsByDevice.clear();
  wordsByDevice.set(key, words);
  return words;
}
