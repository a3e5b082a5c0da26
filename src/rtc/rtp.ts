/** The header of an RTP packet (RFC 3550 section 5.1) that is longer than what it says, read without copying anything. */
export interface RtpHeader {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly sources: readonly number[];
  /** With sources and extensions. */
  readonly length: number;
  /** Where extensions stand, and of which profile they are (RFC 8285). */
  readonly extensions?: { readonly profile: number; readonly start: number; readonly end: number };
  /** Bytes at the end that are none of the payload, with the one that counts them. */
  readonly padding: number;
}

const FIXED = 12;

/** @returns undefined for what is no whole RTP packet of version 2 */
export function readRtpHeader(packet: Buffer): RtpHeader | undefined {
  const length = readRtpHeaderLength(packet);
  if (length === undefined) return undefined;
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.length - 1);
  // Padding counts itself, and ends where the header does at most.
  if ((first & 0x20) !== 0 && (padding === 0 || length + padding > packet.length)) return undefined;
  const sourcesEnd = FIXED + 4 * (first & 0x0f);
  const sources: number[] = [];
  for (let at = FIXED; at < sourcesEnd; at += 4) sources.push(packet.readUInt32BE(at));
  return {
    marker: second >= 0x80,
    payloadType: second & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    sources,
    length,
    padding,
    ...((first & 0x10) !== 0 && { extensions: { profile: packet.readUInt16BE(sourcesEnd), start: sourcesEnd + 4, end: length } }),
  };
}

/** The length alone: all that opening and sealing needs. In a sealed packet padding is sealed too. */
export function readRtpHeaderLength(packet: Buffer): number | undefined {
  if (packet.length < FIXED) return undefined;
  const first = packet.readUInt8(0);
  if (first >> 6 !== 2) return undefined;
  let length = FIXED + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (length + 4 > packet.length) return undefined;
    length += 4 + 4 * packet.readUInt16BE(length + 2);
  }
  return length > packet.length ? undefined : length;
}

export function readRtpPayload(packet: Buffer, { length, padding }: RtpHeader): Buffer {
  return packet.subarray(length, packet.length - padding);
}

export interface RtpChanges {
  readonly marker?: boolean;
  readonly payloadType?: number;
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
}

/** Writes into a packet that has a header. Numbers are taken modulo what fits. */
export function rewriteRtp(packet: Buffer, { marker, payloadType, sequence, timestamp, ssrc }: RtpChanges): void {
  if (marker !== undefined) packet[1] = (packet.readUInt8(1) & 0x7f) | (marker ? 0x80 : 0);
  if (payloadType !== undefined) packet[1] = (packet.readUInt8(1) & 0x80) | (payloadType & 0x7f);
  if (sequence !== undefined) packet.writeUInt16BE(sequence & 0xffff, 2);
  if (timestamp !== undefined) packet.writeUInt32BE(timestamp >>> 0, 4);
  if (ssrc !== undefined) packet.writeUInt32BE(ssrc >>> 0, 8);
}

export interface NewRtp {
  readonly marker?: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** As writeExtensions gives them: whole words. */
  readonly extensions?: Uint8Array;
}

export function buildRtp(header: NewRtp, payload: Uint8Array): Buffer {
  const { extensions = new Uint8Array(0) } = header;
  const packet = Buffer.allocUnsafe(FIXED + extensions.length + payload.length);
  packet[0] = extensions.length > 0 ? 0x90 : 0x80;
  packet[1] = 0;
  rewriteRtp(packet, { marker: false, ...header });
  packet.set(extensions, FIXED);
  packet.set(payload, FIXED + extensions.length);
  return packet;
}
