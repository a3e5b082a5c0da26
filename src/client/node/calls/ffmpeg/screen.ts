import type { Capture, CaptureEvents } from '../media-ports.ts';
import type { Input } from './inputs.ts';
import { startPictures } from './picture-source.ts';
import type { Ffmpeg } from './program.ts';
import { createY4mReader } from './y4m.ts';

/** What is to be read has to be sharp, and seldom moves: few pictures, in the screen's own shape, within these. Bits a second. */
export const SCREEN = { width: 1280, height: 1280, rate: 8, bitrate: 700_000 } as const;

/** Like a camera's, but for the size: it is what the capturing child makes of the screen that there is. */
export function startScreen(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents): Promise<Capture> {
  const { width, height, rate, bitrate } = SCREEN;
  // Never made larger: that costs bits, and shows no more.
  const fit = `scale=w='min(${width},iw)':h='min(${height},ih)':force_original_aspect_ratio=decrease`;
  // Of an odd number of lines or columns, VP8 and I420 take one less.
  const even = 'crop=w=floor(iw/2)*2:h=floor(ih/2)*2';
  return startPictures(ffmpeg, input, events, {
    source: 'screen',
    rate,
    fit: `${fit},${even}`,
    format: 'yuv4mpegpipe',
    read(take) {
      const reader = createY4mReader(SCREEN, take);
      return (bytes) => void reader.take(bytes);
    },
    encoding: { bitrate, isScreen: true },
  });
}
