import { createHash } from 'node:crypto';

/** The chain of PROTOCOL.md section 10, with nothing of ours. */
export function hashByTheBook(blob: Buffer): Buffer {
  const sha = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  let hash = sha(Buffer.from('corrillo file v0\0'), blob.subarray(0, 74));
  for (let at = 74; at < blob.length; at += 262_144) {
    const end = Math.min(blob.length, at + 262_144);
    hash = sha(hash, blob.subarray(end - 16, end));
  }
  return hash;
}
