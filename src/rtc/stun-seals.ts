import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Offsets of the attributes that seal a message, where it has them. */
export interface Seals {
  readonly integrity?: number;
  readonly fingerprint?: number;
}

const HEADER = 20;
const INTEGRITY = 0x0008;
const INTEGRITY_SIZE = 20;
const FINGERPRINT = 0x8028;
const FINGERPRINT_XOR = 0x5354554e;

/** @param message with a header; what is cut off inside is not found */
export function findSeals(message: Buffer): Seals {
  let integrity: number | undefined;
  for (let at = HEADER; at + 4 <= message.length;) {
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    if (type === INTEGRITY && length === INTEGRITY_SIZE && at + 24 <= message.length) integrity ??= at;
    if (type === FINGERPRINT) {
      // It is the last one, or it is none.
      const last = length === 4 && at + 8 === message.length;
      return { ...(integrity !== undefined && { integrity }), ...(last && { fingerprint: at }) };
    }
    at += 4 + length + (-length & 3);
  }
  return integrity === undefined ? {} : { integrity };
}

/** Was this message made by somebody who knows the password (MESSAGE-INTEGRITY, RFC 8489 section 14.5)? In constant time. */
export function checkStunIntegrity({ raw, seals }: { readonly raw: Buffer; readonly seals: Seals }, password: string): boolean {
  if (seals.integrity === undefined) return false;
  const expected = integrityOf(raw.subarray(0, seals.integrity), password);
  const value = seals.integrity + 4;
  return timingSafeEqual(expected, raw.subarray(value, value + INTEGRITY_SIZE));
}

/** Says the checksum that this is STUN? Anybody can make it: it tells protocols apart and proves nothing. */
export function hasStunFingerprint({ raw, seals }: { readonly raw: Buffer; readonly seals: Seals }): boolean {
  const { fingerprint } = seals;
  return fingerprint !== undefined && raw.readUInt32BE(fingerprint + 4) === checksumOf(raw.subarray(0, fingerprint));
}

/** @param message without the seals: header, whose length is corrected here, and attributes */
export function sealStun(message: Buffer, password: string): Buffer {
  const integrity = Buffer.concat([Buffer.from([0, INTEGRITY, 0, INTEGRITY_SIZE]), integrityOf(message, password)]);
  const unsealed = withLength(Buffer.concat([message, integrity]), message.length + integrity.length + 8);
  const fingerprint = Buffer.alloc(8);
  fingerprint.writeUInt16BE(FINGERPRINT, 0);
  fingerprint.writeUInt16BE(4, 2);
  fingerprint.writeUInt32BE(checksumOf(unsealed), 4);
  return Buffer.concat([unsealed, fingerprint]);
}

/** Over what stands before it, with a length as if it were the last attribute. */
function integrityOf(before: Buffer, password: string): Buffer {
  return createHmac('sha1', password)
    .update(withLength(Buffer.from(before), before.length + 4 + INTEGRITY_SIZE))
    .digest();
}

const checksumOf = (before: Buffer) => (crc32(before) ^ FINGERPRINT_XOR) >>> 0;

function withLength(message: Buffer, total: number): Buffer {
  message.writeUInt16BE(total - HEADER, 2);
  return message;
}
