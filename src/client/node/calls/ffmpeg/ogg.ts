import { createBytesWaiting } from './bytes-waiting.ts';

/** Takes Opus packets out of Ogg (RFC 3533, RFC 7845) as ffmpeg writes it into a pipe: one stream, from its beginning. */
export interface OggReader {
  /** @returns false once it is not that: nothing more is taken */
  take(bytes: Buffer): boolean;
}

const HEADER = 27;
/** A page has at most 255 segments of at most 255 bytes; comments may take some of them. */
const MOST_PACKET = 65_536;
/** A sound packet of 20 ms (RFC 6716 section 3.2.1), and room. */
const MOST_OPUS = 1_500;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum >>> 0;
});

/** Of a page, with zeros in the place of the sum (RFC 3533 section 6). */
export function oggChecksum(page: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : (page[at] as number);
    sum = ((sum << 8) ^ (TABLE[(sum >>> 24) ^ byte] as number)) >>> 0;
  }
  return sum;
}

/** @param onPacket gets a copy that is its own; headers are not told */
export function createOggReader(onPacket: (packet: Buffer) => void): OggReader {
  const waiting = createBytesWaiting();
  let bad = false;
  let serial: number | undefined;
  let pages = 0;
  let packets = 0;
  let begun: Buffer[] = [];

  function finish(packet: Buffer): void {
    packets += 1;
    if (packets === 1) bad ||= packet.toString('latin1', 0, 8) !== 'OpusHead';
    else if (packets === 2) bad ||= packet.toString('latin1', 0, 8) !== 'OpusTags';
    else if (packet.length > MOST_OPUS) bad = true;
    else if (packet.length > 0) onPacket(packet);
  }

  function readPage(page: Buffer, table: Buffer): void {
    const continued = (page.readUInt8(5) & 1) !== 0;
    serial ??= page.readUInt32LE(14);
    const fits = page.readUInt32LE(14) === serial && page.readUInt32LE(18) === pages && continued === begun.length > 0;
    if (!fits || page.readUInt32LE(22) !== oggChecksum(page)) {
      bad = true;
      return;
    }
    pages += 1;
    let at = HEADER + table.length;
    for (const length of table) {
      begun.push(page.subarray(at, at + length));
      at += length;
      if (length === 255) continue;
      finish(Buffer.concat(begun));
      begun = [];
      if (bad) return;
    }
    // A packet that goes on in the next page.
    begun = begun.map((part) => Buffer.from(part));
    if (begun.reduce((sum, part) => sum + part.length, 0) > MOST_PACKET) bad = true;
  }

  function read(all: Buffer): number {
    if (bad || all.length < HEADER) return 0;
    if (all.toString('latin1', 0, 4) !== 'OggS' || all.readUInt8(4) !== 0) {
      bad = true;
      return 0;
    }
    const table = all.subarray(HEADER, HEADER + all.readUInt8(26));
    const length = HEADER + all.readUInt8(26) + table.reduce((sum, segment) => sum + segment, 0);
    if (table.length < all.readUInt8(26) || all.length < length) return 0;
    readPage(all.subarray(0, length), table);
    return length;
  }

  return {
    take(bytes) {
      if (!bad) waiting.add(bytes, read);
      return !bad;
    },
  };
}
