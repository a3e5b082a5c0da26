import { giveBack } from '../../../crypto/index.ts';
import type { FileSource } from '../../files/ports.ts';

/** Gives back what was read once two more reads were begun, as a source may. Browsers read files into memory of their own, which the collector frees late. */
export function givingBack(read: FileSource['read']): FileSource['read'] {
  const inUse: Uint8Array[] = [];
  return async (offset, length, signal) => {
    for (const old of inUse.splice(0, Math.max(0, inUse.length - 1))) giveBack(old);
    const bytes = await read(offset, length, signal);
    inUse.push(bytes);
    return bytes;
  };
}
