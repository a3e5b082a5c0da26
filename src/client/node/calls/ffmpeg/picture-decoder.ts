import { beginMatroska, writeFrame } from './matroska.ts';
import { type KeptChild, keepChild, startChild } from './child.ts';
import { type Ffmpeg, QUIET, READ_AT_ONCE, WRITE_AT_ONCE } from './program.ts';
import type { PictureSize } from './encoder.ts';
import { createBytesWaiting } from './bytes-waiting.ts';
import { sizeOfKeyFrame } from './vp8-size.ts';

/** VP8 of one member to pictures of one size. */
export interface PictureDecoder {
  /** @returns false where it is behind, or the picture is too large: nothing goes on without a key frame */
  take(frame: Uint8Array, isKey: boolean): boolean;
  close(): void;
}

/** A few key frames of a large picture. */
const MOST_UNSENT = 512 * 1024;
/** What a member of the room may make us decode: more than any screen here shows. */
const LARGEST: PictureSize = { width: 4096, height: 2304 };

export function startPictureDecoder(
  ffmpeg: Ffmpeg,
  { width, height }: PictureSize,
  events: { onPicture(rgb: Buffer): void; onNeedsKey(): void; onGone(): void },
): PictureDecoder {
  const started = performance.now();
  const bytes = 3 * width * height;
  let isFresh = true;
  let last = -1;
  const start = (onEnd: (said: string) => void) => {
    const waiting = createBytesWaiting();
    isFresh = true;
    const child = startChild({
      program: ffmpeg.program,
      args: [
        ...QUIET,
        ...['-flags', 'low_delay', ...READ_AT_ONCE, '-an', '-filter_threads', '1'],
        ...['-vf', `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=bilinear,pad=${width}:${height}:-1:-1`],
        ...['-pix_fmt', 'rgb24', ...ffmpeg.keepTimes, ...WRITE_AT_ONCE, '-f', 'rawvideo', 'pipe:1'],
      ],
      mostUnsent: MOST_UNSENT,
      onData: (data) =>
        waiting.add(data, (all) => {
          if (all.length < bytes) return 0;
          events.onPicture(Buffer.from(all.subarray(0, bytes)));
          return bytes;
        }),
      onEnd(said) {
        onEnd(said);
        events.onNeedsKey();
      },
    });
    // The size is the picture's own; what stands here is only where the decoder begins.
    child.write(beginMatroska({ codec: 'vp8', width: 320, height: 180 }));
    return child;
  };
  const kept: KeptChild = keepChild(start, events.onGone);
  return {
    take(frame, isKey) {
      if (isKey) {
        const size = sizeOfKeyFrame(frame);
        if (size === undefined || size.width > LARGEST.width || size.height > LARGEST.height) return false;
      } else if (isFresh) return false;
      isFresh = false;
      last = Math.max(last + 1, Math.round(performance.now() - started));
      return kept.child.write(writeFrame(last, frame));
    },
    close: () => void kept.close(),
  };
}
