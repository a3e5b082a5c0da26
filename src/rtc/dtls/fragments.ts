import { ByteReader, uint } from '../byte-reader.ts';

/** A message of the handshake, put together (RFC 6347 section 4.2.2). */
export interface HandshakeMessage {
  readonly type: number;
  readonly sequence: number;
  readonly body: Buffer;
  /** With the header that it would have in one piece: what hashes go over. */
  readonly bytes: Buffer;
}

export interface Fragment {
  readonly type: number;
  readonly length: number;
  readonly sequence: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

const HEADER = 12;
/** A hello with post-quantum key shares has 2 KiB, a certificate of somebody who chains three has 4. */
export const MAX_MESSAGE = 8192;
/** Messages that may come before the one that is next: no flight has more. */
const AHEAD = 8;

/** @returns undefined where a fragment is cut off or says more than it can be */
export function readFragments(payload: Uint8Array): Fragment[] | undefined {
  const reader = new ByteReader(payload);
  const fragments: Fragment[] = [];
  while (reader.left > 0) {
    const type = reader.uint(1);
    const length = reader.uint(3);
    const sequence = reader.uint(2);
    const offset = reader.uint(3);
    const bytes = reader.vector(3);
    if (reader.bad || length > MAX_MESSAGE || offset + bytes.length > length) return undefined;
    fragments.push({ type, length, sequence, offset, bytes });
  }
  return fragments;
}

export function writeMessage(type: number, sequence: number, body: Uint8Array): Buffer {
  return writeFragment({ type, length: body.length, sequence, offset: 0, bytes: Buffer.from(body) });
}

/** Cuts a message as writeMessage gives it. @param most bytes of a piece without its header */
export function cutMessage(message: Buffer, most: number): Buffer[] {
  const length = message.length - HEADER;
  if (length <= most) return [message];
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < length; offset += most) {
    const bytes = message.subarray(HEADER + offset, HEADER + Math.min(offset + most, length));
    pieces.push(writeFragment({ type: message.readUInt8(0), length, sequence: message.readUInt16BE(4), offset, bytes }));
  }
  return pieces;
}

const writeFragment = ({ type, length, sequence, offset, bytes }: Fragment) =>
  Buffer.concat([uint(1, type), uint(3, length), uint(2, sequence), uint(3, offset), uint(3, bytes.length), bytes]);

/** Puts messages together that come in pieces, twice, and in any order; holds eight of them at most. */
export interface Reassembly {
  add(fragment: Fragment): void;
  /** The next message, if all of it is there; it stays the next one until something is said about it. */
  peek(): HandshakeMessage | undefined;
  /** It was good: on to the one behind it. */
  advance(): void;
  /** It was not: somebody may have made it up, and the true one may still come. */
  forget(): void;
}

interface Partial {
  readonly message: Buffer;
  readonly present: Uint8Array;
  missing: number;
}

export function createReassembly(): Reassembly {
  const partials = new Map<number, Partial>();
  let next = 0;
  return {
    add({ type, length, sequence, offset, bytes }) {
      if (sequence < next || sequence >= next + AHEAD) return;
      let partial = partials.get(sequence);
      // One of them is made up, and nobody can tell which: the newer one counts, so that the true one does when it is said again.
      if (partial === undefined || partial.message.readUInt8(0) !== type || partial.present.length !== length) {
        partial = { message: writeMessage(type, sequence, new Uint8Array(length)), present: new Uint8Array(length), missing: length };
        partials.set(sequence, partial);
      }
      // What is there already is not written over: a piece that comes later changes nothing.
      for (const [i, byte] of bytes.entries()) {
        if (partial.present[offset + i] === 1) continue;
        partial.present[offset + i] = 1;
        partial.message[HEADER + offset + i] = byte;
        partial.missing -= 1;
      }
    },
    peek() {
      const partial = partials.get(next);
      if (partial === undefined || partial.missing > 0) return undefined;
      const { message } = partial;
      return { type: message.readUInt8(0), sequence: next, body: message.subarray(HEADER), bytes: message };
    },
    advance() {
      partials.delete(next);
      next += 1;
    },
    forget() {
      partials.delete(next);
    },
  };
}
