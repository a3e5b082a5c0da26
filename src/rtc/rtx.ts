import { readRtpHeader, readRtpPayload, rewriteRtp } from './rtp.ts';

/** The stream that repeats another one's packets (RFC 4588). */
export interface RtxStream {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Of the repeating stream, which counts for itself. */
  readonly sequence: number;
}

const ORIGINAL = 2;

/** @returns undefined for what is no RTP packet */
export function wrapRtx(packet: Buffer, stream: RtxStream): Buffer | undefined {
  const header = readRtpHeader(packet);
  if (header === undefined) return undefined;
  const payload = readRtpPayload(packet, header);
  const wrapped = Buffer.allocUnsafe(header.length + ORIGINAL + payload.length);
  packet.copy(wrapped, 0, 0, header.length);
  wrapped.writeUInt16BE(header.sequence, header.length);
  payload.copy(wrapped, header.length + ORIGINAL);
  withoutPadding(wrapped);
  rewriteRtp(wrapped, stream);
  return wrapped;
}

/** @returns the packet as it was; undefined where nothing is in it: senders try bandwidth out with such packets */
export function unwrapRtx(packet: Buffer, original: { readonly ssrc: number; readonly payloadType: number }): Buffer | undefined {
  const header = readRtpHeader(packet);
  if (header === undefined) return undefined;
  const payload = readRtpPayload(packet, header);
  if (payload.length < ORIGINAL) return undefined;
  const unwrapped = Buffer.concat([packet.subarray(0, header.length), payload.subarray(ORIGINAL)]);
  withoutPadding(unwrapped);
  rewriteRtp(unwrapped, { ...original, sequence: payload.readUInt16BE(0) });
  return unwrapped;
}

const withoutPadding = (packet: Buffer) => packet.writeUInt8(packet.readUInt8(0) & 0xdf, 0);
