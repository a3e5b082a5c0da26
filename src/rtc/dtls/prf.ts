import { createHash, createHmac } from 'node:crypto';

/** The pseudorandom function of TLS 1.2 with SHA-256 (RFC 5246 section 5). */
export function expand(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const hmac = (...parts: readonly Uint8Array[]) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', secret)).digest();
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  const blocks: Buffer[] = [];
  let a: Buffer = labelled;
  for (let have = 0; have < length; have += 32) {
    a = hmac(a);
    blocks.push(hmac(a, labelled));
  }
  return Buffer.concat(blocks, length);
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
