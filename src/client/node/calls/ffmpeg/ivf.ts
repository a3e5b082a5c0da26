import { createBytesWaiting } from './bytes-waiting.ts';

/** Takes VP8 frames out of IVF as ffmpeg writes it into a pipe. */
export interface IvfReader {
  /** @returns false once it is no IVF of VP8, or a frame is too large: nothing more is taken */
  take(bytes: Buffer): boolean;
}

const HEADER = 32;
const FRAME_HEADER = 12;
/** Far more than a key frame of a small picture takes. */
const MOST = 1024 * 1024;

/** @param onFrame gets a copy that is its own, and the frame's time in units of the encoder */
export function createIvfReader(onFrame: (frame: Buffer, time: number) => void): IvfReader {
  const waiting = createBytesWaiting();
  let state: 'header' | 'frames' | 'bad' = 'header';

  function read(all: Buffer): number {
    if (state === 'header') {
      if (all.length < HEADER) return 0;
      const isVp8 = all.toString('latin1', 0, 4) === 'DKIF' && all.readUInt16LE(6) === HEADER && all.toString('latin1', 8, 12) === 'VP80';
      state = isVp8 ? 'frames' : 'bad';
      return isVp8 ? HEADER : 0;
    }
    if (state === 'bad' || all.length < FRAME_HEADER) return 0;
    const length = all.readUInt32LE(0);
    if (length === 0 || length > MOST) {
      state = 'bad';
      return 0;
    }
    if (all.length < FRAME_HEADER + length) return 0;
    onFrame(Buffer.from(all.subarray(FRAME_HEADER, FRAME_HEADER + length)), Number(all.readBigUInt64LE(4)));
    return FRAME_HEADER + length;
  }

  return {
    take(bytes) {
      if (state !== 'bad') waiting.add(bytes, read);
      return state !== 'bad';
    },
  };
}
