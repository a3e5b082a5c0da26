import type { MediaPacket } from './media-packet.ts';

/** What is said anew of a packet; numbers are taken modulo what fits. */
export interface NewNumbers {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly picture: number;
  readonly baseIndex: number;
  /** The transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2), and the receiver's id for it. */
  readonly transport: { readonly id: number; readonly sequence: number } | undefined;
  /** For RTX: the number of the packet that this one repeats (RFC 4588 section 4). */
  readonly repeats: number | undefined;
}

/** What is written may be longer than what came by this: an extension, the number that is repeated, a longer picture id. */
const MOST_MORE = 8 + 2 + 1;
const MOST = 2048;
const FIXED = 12;

/** One for all: whoever seals a packet copies it. */
const room = Buffer.allocUnsafeSlow(MOST);

/** @returns a packet that is good until the next call; undefined for one that is longer than packets are */
export function writePacket({ bytes, marker, start, end, vp8 }: MediaPacket, numbers: NewNumbers): Buffer | undefined {
  const { ssrc, payloadType, sequence, timestamp, transport, repeats } = numbers;
  if (FIXED + end - start + MOST_MORE > MOST) return undefined;
  // By the byte: it is done for each packet and receiver, and faster than by Buffer's functions.
  room[0] = transport === undefined ? 0x80 : 0x90;
  room[1] = (marker ? 0x80 : 0) | payloadType;
  room[2] = sequence >>> 8;
  room[3] = sequence;
  room[4] = timestamp >>> 24;
  room[5] = timestamp >>> 16;
  room[6] = timestamp >>> 8;
  room[7] = timestamp;
  room[8] = ssrc >>> 24;
  room[9] = ssrc >>> 16;
  room[10] = ssrc >>> 8;
  room[11] = ssrc;
  let at = FIXED;
  if (transport !== undefined) {
    // One-byte form, one word (RFC 8285 section 4.2).
    room[12] = 0xbe;
    room[13] = 0xde;
    room[14] = 0;
    room[15] = 1;
    room[16] = (transport.id << 4) | 1;
    room[17] = transport.sequence >>> 8;
    room[18] = transport.sequence;
    room[19] = 0;
    at += 8;
  }
  if (repeats !== undefined) {
    room[at] = repeats >>> 8;
    room[at + 1] = repeats;
    at += 2;
  }
  let from = start;
  if (vp8 !== undefined) {
    const pictureAt = vp8.at.pictureId;
    if (pictureAt !== undefined) {
      // Always 15 bits: a slot's pictures are numbered the same way whoever is in it.
      bytes.copy(room, at, from, from + pictureAt);
      at += pictureAt;
      room[at] = 0x80 | ((numbers.picture >>> 8) & 0x7f);
      room[at + 1] = numbers.picture;
      at += 2;
      from += pictureAt + (vp8.pictureIdBits === 15 ? 2 : 1);
    }
    if (vp8.at.baseIndex !== undefined) {
      const place = at + start + vp8.at.baseIndex - from;
      bytes.copy(room, at, from, end);
      room[place] = numbers.baseIndex;
      return room.subarray(0, at + end - from);
    }
  }
  bytes.copy(room, at, from, end);
  return room.subarray(0, at + end - from);
}
