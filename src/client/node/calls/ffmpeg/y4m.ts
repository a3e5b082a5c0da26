import { createBytesWaiting } from './bytes-waiting.ts';
import type { PictureSize } from './encoder.ts';

/** Takes pictures (I420) out of YUV4MPEG2, which says before them how large they are. */
export interface Y4mReader {
  /** @returns false once it is no such thing, or larger than what was asked for: nothing more is taken */
  take(bytes: Buffer): boolean;
}

const HEADER = /^YUV4MPEG2 W(\d{1,5}) H(\d{1,5}) /;
/** ffmpeg's header has some tens of bytes. */
const LONGEST_HEADER = 256;
const FRAME = Buffer.from('FRAME\n');

/** @param onPicture gets bytes that are used again afterwards */
export function createY4mReader(most: PictureSize, onPicture: (picture: Buffer, size: PictureSize) => void): Y4mReader {
  const waiting = createBytesWaiting();
  let size: PictureSize | undefined;
  let isBad = false;

  function readHeader(all: Buffer): number {
    const end = all.indexOf(10);
    if (end < 0) {
      isBad = all.length > LONGEST_HEADER;
      return 0;
    }
    const [, width, height] = HEADER.exec(all.toString('latin1', 0, Math.min(end, LONGEST_HEADER))) ?? [];
    size = { width: Number(width), height: Number(height) };
    const fits = size.width > 0 && size.width <= most.width && size.height > 0 && size.height <= most.height;
    isBad = !fits || size.width % 2 === 1 || size.height % 2 === 1;
    return isBad ? 0 : end + 1;
  }

  function read(all: Buffer): number {
    if (isBad) return 0;
    if (size === undefined) return readHeader(all);
    const length = FRAME.length + (size.width * size.height * 3) / 2;
    if (all.length < length) return 0;
    isBad = !all.subarray(0, FRAME.length).equals(FRAME);
    if (isBad) return 0;
    onPicture(all.subarray(FRAME.length, length), size);
    return length;
  }

  return {
    take(bytes) {
      if (!isBad) waiting.add(bytes, read);
      return !isBad;
    },
  };
}
