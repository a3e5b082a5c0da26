import { readFeedback, type RtcpFeedback, writeFeedback } from './rtcp-feedback.ts';
import { readReport, type RtcpReport, writeReport } from './rtcp-reports.ts';

/** What is said about streams (RFC 3550 section 6, RFC 4585), as far as anybody here listens. */
export type RtcpPacket = RtcpReport | RtcpFeedback;

/** One packet of a compound: its type, the five bits beside it, and what stands behind the first word, without padding. */
export interface RtcpPart {
  readonly type: number;
  readonly count: number;
  readonly body: Buffer;
}

const HEADER = 4;

/**
 * @returns what is in a compound, or alone (RFC 5506); what we do not know, or what is no good, is left out. Undefined where the lengths
 * do not fit the packet: then nothing in it is to be believed
 */
export function readRtcp(packet: Buffer): RtcpPacket[] | undefined {
  const found: RtcpPacket[] = [];
  if (packet.length < HEADER) return undefined;
  for (let at = 0; at < packet.length;) {
    if (at + HEADER > packet.length) return undefined;
    const first = packet.readUInt8(at);
    const end = at + 4 * (packet.readUInt16BE(at + 2) + 1);
    if (first >> 6 !== 2 || end > packet.length) return undefined;
    const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(end - 1);
    if (at + HEADER + padding > end) return undefined;
    const part: RtcpPart = { type: packet.readUInt8(at + 1), count: first & 0x1f, body: packet.subarray(at + HEADER, end - padding) };
    const read = readReport(part) ?? readFeedback(part);
    if (read !== undefined) found.push(read);
    at = end;
  }
  return found;
}

/** A compound of these. @throws RangeError where there are more than one packet of its kind can hold */
export function writeRtcp(packets: readonly RtcpPacket[]): Buffer {
  return Buffer.concat(
    packets.map((packet) => {
      const { type, count, body } = writeReport(packet as RtcpReport) ?? writeFeedback(packet as RtcpFeedback);
      if (count > 31) throw new RangeError('too much for one RTCP packet');
      const words = Math.ceil(body.length / 4);
      const header = Buffer.from([0x80 | count, type, 0, 0]);
      header.writeUInt16BE(words, 2);
      return Buffer.concat([header, body], HEADER + 4 * words);
    }),
  );
}
