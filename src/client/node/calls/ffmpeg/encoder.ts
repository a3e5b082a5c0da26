import { createIvfReader } from './ivf.ts';
import { type Child, startChild } from './child.ts';
import { beginMatroska, writeFrame } from './matroska.ts';
import { type Ffmpeg, QUIET, READ_AT_ONCE, WRITE_AT_ONCE } from './program.ts';

/** Pictures to VP8, in real time. */
export interface Encoder {
  /** I420. @returns false where the encoder is behind: this picture was dropped */
  take(picture: Buffer, wantsKey: boolean): boolean;
  close(): Promise<void>;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** How pictures are encoded. */
export interface Encoding {
  /** Bits a second. */
  readonly bitrate: number;
  /** Drawn by a machine: sharp edges, and most of it stands still. */
  readonly isScreen: boolean;
}

/**
 * ffmpeg can be told once which frames are to be key frames, by an expression, and never again. So the time of a picture says it: an odd number of
 * milliseconds is a wish for a key frame, and all others get an even one. None is made without a wish, but where so many went by.
 */
const KEY_WISH = 'expr:eq(mod(round(t*1000),2),1)';
const MOST_BETWEEN_KEYS = 100_000;
/** Pictures that may wait in the pipe. */
const MOST_WAITING = 4;

export function startEncoder(
  ffmpeg: Ffmpeg,
  { width, height }: PictureSize,
  { bitrate, isScreen }: Encoding,
  events: { onFrame(frame: Buffer): void; onEnd(said: string): void },
): Encoder {
  // The first one is shown at zero: ffmpeg takes the time of the first off all others, and an odd one would make each of them a wish.
  let started: number | undefined;
  let last = -2;
  const reader = createIvfReader(events.onFrame);
  const child: Child = startChild({
    program: ffmpeg.program,
    args: [
      ...QUIET,
      ...READ_AT_ONCE,
      ...['-an', '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-auto-alt-ref', '0'],
      ...['-error-resilient', '1', '-static-thresh', '100', '-b:v', `${bitrate}`, '-maxrate', `${bitrate}`, '-bufsize', `${bitrate / 2}`],
      ...(isScreen ? ffmpeg.screenContent : []),
      ...['-g', `${MOST_BETWEEN_KEYS}`, '-force_key_frames', KEY_WISH, '-enc_time_base', '1/1000'],
      ...ffmpeg.keepTimes,
      ...WRITE_AT_ONCE,
      ...['-f', 'ivf', 'pipe:1'],
    ],
    mostUnsent: MOST_WAITING * width * height,
    onData(bytes) {
      if (reader.take(bytes)) return;
      void child.close();
      events.onEnd('not IVF');
    },
    onEnd: events.onEnd,
  });
  child.write(beginMatroska({ codec: 'raw', width, height }));
  return {
    take(picture, wantsKey) {
      const now = performance.now();
      const isFirst = started === undefined;
      started ??= now;
      const even = Math.max(2 * Math.round((now - started) / 2), last + 2 - (last % 2));
      last = wantsKey && !isFirst ? even + 1 : even;
      return child.write(writeFrame(last, picture));
    },
    close: child.close,
  };
}
