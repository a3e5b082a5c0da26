import { type RtcpPacket, writeRtcp } from '../../../rtc/index.ts';

/** Bytes of a compound that every network carries, sealed and with all that stands around it. */
const MOST = 1_200;

/**
 * What is to be said, in as few compounds as hold it. Each begins with a report, be it one of nothing (RFC 3550 section 6.1).
 * @param speaker who says so where nobody else does
 */
export function writeCompounds(packets: readonly RtcpPacket[], speaker: number): Buffer[] {
  const compounds: Buffer[] = [];
  let parts: Buffer[] = [];
  let length = 0;
  const flush = (): void => {
    if (parts.length > 0) compounds.push(Buffer.concat(parts));
    [parts, length] = [[], 0];
  };
  for (const packet of packets) {
    const part = writeRtcp([packet]);
    if (length + part.length > MOST) flush();
    if (length === 0 && packet.kind !== 'sender_report' && packet.kind !== 'receiver_report')
      parts.push(writeRtcp([{ kind: 'receiver_report', ssrc: speaker, blocks: [] }]));
    parts.push(part);
    length += part.length;
  }
  flush();
  return compounds;
}
