import { readRtpHeader, readRtpPayload, readVp8 } from '../../../src/rtc/index.ts';

/** Frames as they travelled: put together again from the packets of one stream. */
export interface SentFrame {
  readonly bytes: Uint8Array;
  readonly timestamp: number;
}

export function framesOf(packets: readonly Buffer[], ssrc: number, kind: 'audio' | 'video'): SentFrame[] {
  const frames = new Map<number, { sequence: number; bytes: Buffer; start: boolean; end: boolean }[]>();
  for (const packet of packets) {
    const header = readRtpHeader(packet);
    if (header?.ssrc !== ssrc) continue;
    const payload = readRtpPayload(packet, header);
    const head = kind === 'video' ? readVp8(payload) : undefined;
    if (payload.length === 0 || (kind === 'video' && !head)) continue;
    const piece = {
      sequence: header.sequence,
      bytes: payload.subarray(head?.length ?? 0),
      start: head?.isStart ?? true,
      end: kind === 'audio' || header.marker,
    };
    frames.set(header.timestamp, [...(frames.get(header.timestamp) ?? []), piece]);
  }
  return [...frames].flatMap(([timestamp, pieces]) => {
    const whole = pieces.some(({ start }) => start) && pieces.some(({ end }) => end);
    const inOrder = pieces.toSorted((a, b) => ((a.sequence - b.sequence + 0x8000) & 0xffff) - 0x8000);
    return whole ? [{ timestamp, bytes: new Uint8Array(Buffer.concat(inOrder.map(({ bytes }) => bytes))) }] : [];
  });
}
