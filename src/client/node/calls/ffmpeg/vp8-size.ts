import type { PictureSize } from './encoder.ts';

/** How large the picture of a VP8 key frame is (RFC 6386 section 9.1). @returns undefined for what is none */
export function sizeOfKeyFrame(frame: Uint8Array): PictureSize | undefined {
  const [first = 1, , , a, b, c, widthLow = 0, widthHigh = 0, heightLow = 0, heightHigh = 0] = frame;
  if (frame.length < 10 || (first & 1) !== 0 || a !== 0x9d || b !== 0x01 || c !== 0x2a) return undefined;
  const size = { width: widthLow + 256 * (widthHigh & 0x3f), height: heightLow + 256 * (heightHigh & 0x3f) };
  return size.width > 0 && size.height > 0 ? size : undefined;
}
