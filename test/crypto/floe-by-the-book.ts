import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/*
 * FLOE once more, written from c2sp.org/FLOE alone and with nothing of ours: what a third party would write to open a blob whose key it has.
 */
export interface Book {
  readonly segment: number;
  readonly rotationBits: number;
  readonly aad: string;
}

export const OURS: Book = { segment: 262_144, rotationBits: 20, aad: '' };

function expandSha384(prk: Buffer, info: Buffer, length: number): Buffer {
  let [previous, out] = [Buffer.alloc(0), Buffer.alloc(0)];
  for (let i = 1; out.length < length; i++) {
    previous = createHmac('sha384', prk)
      .update(Buffer.concat([previous, info, Buffer.from([i])]))
      .digest();
    out = Buffer.concat([out, previous]);
  }
  return out.subarray(0, length);
}

const uint = (value: number, length: number) => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
const params = ({ segment }: Book) => Buffer.concat([uint(0, 1), uint(0, 1), uint(segment, 4), uint(32, 4)]);

function kdf(book: Book, key: Buffer, iv: Buffer, purpose: Buffer | string, length: number) {
  return expandSha384(key, Buffer.concat([params(book), iv, Buffer.from(purpose), Buffer.from(book.aad)]), length);
}

function dataKey(book: Book, key: Buffer, iv: Buffer, position: number) {
  const first = Math.floor(position / 2 ** book.rotationBits) * 2 ** book.rotationBits;
  const messageKey = kdf(book, key, iv, 'MESSAGE_KEY:', 48);
  return kdf(book, messageKey, iv, Buffer.concat([Buffer.from('DEK:'), uint(first, 8)]), 32);
}

export function sealByTheBook(book: Book, key: Buffer, plain: Buffer): Buffer {
  const iv = randomBytes(32);
  const parts = [params(book), iv, kdf(book, key, iv, 'HEADER_TAG:', 32)];
  const step = book.segment - 32;
  for (let position = 0; ; position++) {
    const piece = plain.subarray(position * step, (position + 1) * step);
    const last = (position + 1) * step >= plain.length;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', dataKey(book, key, iv, position), nonce);
    cipher.setAAD(Buffer.concat([uint(position, 8), uint(last ? 1 : 0, 1)]));
    const sealed = Buffer.concat([cipher.update(piece), cipher.final()]);
    parts.push(last ? uint(piece.length + 32, 4) : Buffer.alloc(4, 0xff), nonce, sealed, cipher.getAuthTag());
    if (last) return Buffer.concat(parts);
  }
}

export function openByTheBook(book: Book, key: Buffer, blob: Buffer): Buffer {
  const iv = blob.subarray(10, 42);
  if (!blob.subarray(0, 10).equals(params(book))) throw new Error('parameters');
  if (!blob.subarray(42, 74).equals(kdf(book, key, iv, 'HEADER_TAG:', 32))) throw new Error('header tag');
  const parts: Buffer[] = [];
  for (let position = 0, at = 74; ; position++, at += book.segment) {
    const segment = blob.subarray(at, at + book.segment);
    const last = at + book.segment >= blob.length;
    if (segment.readUInt32BE(0) !== (last ? segment.length : 0xff_ff_ff_ff)) throw new Error('length');
    const decipher = createDecipheriv('aes-256-gcm', dataKey(book, key, iv, position), segment.subarray(4, 16));
    decipher.setAAD(Buffer.concat([uint(position, 8), uint(last ? 1 : 0, 1)]));
    decipher.setAuthTag(segment.subarray(-16));
    parts.push(decipher.update(segment.subarray(16, -16)), decipher.final());
    if (last) return Buffer.concat(parts);
  }
}
