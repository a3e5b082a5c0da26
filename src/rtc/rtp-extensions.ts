import type { RtpHeader } from './rtp.ts';

/** An extension of an RTP header (RFC 8285). */
export interface RtpExtension {
  readonly id: number;
  readonly data: Uint8Array;
}

const ONE_BYTE = 0xbede;
const TWO_BYTE = 0x1000;

/** @returns views into the packet, so that what is in there can be written over; nothing for a profile that we do not know */
export function readRtpExtensions(packet: Buffer, header: RtpHeader): RtpExtension[] {
  const found: RtpExtension[] = [];
  scan(packet, header, undefined, found);
  return found;
}

/** One extension, without making anything of the others: this is asked for each packet. */
export function findRtpExtension(packet: Buffer, header: RtpHeader, id: number): Buffer | undefined {
  return scan(packet, header, id, undefined);
}

/** @returns the first one with this id; of all, where there is none, a list is made */
function scan(
  packet: Buffer,
  { extensions }: RtpHeader,
  wanted: number | undefined,
  found: RtpExtension[] | undefined,
): Buffer | undefined {
  if (extensions === undefined) return undefined;
  const { profile, start, end } = extensions;
  const isTwoByte = (profile & 0xfff0) === TWO_BYTE;
  if (profile !== ONE_BYTE && !isTwoByte) return undefined;
  for (let at = start; at < end;) {
    const first = packet.readUInt8(at);
    // Padding, between extensions and behind them.
    if (first === 0) {
      at += 1;
      continue;
    }
    if (isTwoByte && at + 1 >= end) break;
    const id = isTwoByte ? first : first >> 4;
    const length = isTwoByte ? packet.readUInt8(at + 1) : (first & 0x0f) + 1;
    // 15 ends the list (section 4.2).
    if (!isTwoByte && (id === 15 || id === 0)) break;
    at += isTwoByte ? 2 : 1;
    if (at + length > end) break;
    if (id === wanted) return packet.subarray(at, at + length);
    found?.push({ id, data: packet.subarray(at, at + length) });
    at += length;
  }
  return undefined;
}

/**
 * The words that stand behind a header with the bit of extensions; nothing for none. Short where they are few and small.
 * @throws RangeError for an id or a length that no form has
 */
export function writeRtpExtensions(extensions: readonly RtpExtension[]): Buffer {
  if (extensions.length === 0) return Buffer.alloc(0);
  if (extensions.some(({ id, data }) => id < 1 || id > 255 || data.length > 255))
    throw new RangeError('no such extension of an RTP header');
  const isShort = extensions.every(({ id, data }) => id <= 14 && data.length >= 1 && data.length <= 16);
  const parts = extensions.flatMap(({ id, data }) => [
    isShort ? Buffer.from([(id << 4) | (data.length - 1)]) : Buffer.from([id, data.length]),
    data,
  ]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const words = Math.ceil(length / 4);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(isShort ? ONE_BYTE : TWO_BYTE, 0);
  head.writeUInt16BE(words, 2);
  return Buffer.concat([head, ...parts], 4 + 4 * words);
}
