import type { Capture, CaptureEvents } from '../media-ports.ts';
import { startCapturing } from './capturing.ts';
import type { Input } from './inputs.ts';
import { createPictureSending } from './picture-sending.ts';
import { type Ffmpeg, QUIET, WRITE_AT_ONCE } from './program.ts';
import { createY4mReader } from './y4m.ts';

/** What is to be read has to be sharp, and seldom moves: few pictures, in the screen's own shape, within these. Bits a second. */
export const SCREEN = { width: 1280, height: 1280, rate: 8, bitrate: 700_000 } as const;

/** Like a camera's, but for the size: it is what the capturing child makes of the screen that there is. */
export async function startScreen(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents): Promise<Capture> {
  const sending = createPictureSending(ffmpeg, { bitrate: SCREEN.bitrate, isScreen: true }, events.onFrame);
  const { width, height, rate } = SCREEN;
  // Never made larger: that costs bits, and shows no more.
  const fit = `scale=w='min(${width},iw)':h='min(${height},ih)':force_original_aspect_ratio=decrease`;
  // Of an odd number of lines or columns, VP8 and I420 take one less.
  const even = 'crop=w=floor(iw/2)*2:h=floor(ih/2)*2';
  const capturing = await startCapturing(
    'screen',
    {
      program: ffmpeg.program,
      args: [
        ...[...QUIET, ...input, '-an', '-vf', `fps=${rate},${fit},${even}`, '-pix_fmt', 'yuv420p'],
        ...[...WRITE_AT_ONCE, '-f', 'yuv4mpegpipe', 'pipe:1'],
      ],
    },
    () => {
      const reader = createY4mReader(SCREEN, sending.take);
      return (bytes) => void reader.take(bytes);
    },
    (error) => {
      sending.close();
      events.onStopped(error);
    },
  );
  return {
    requestKey: sending.requestKey,
    want: sending.want,
    lessen: sending.lessen,
    close() {
      sending.close();
      return capturing.close();
    },
  };
}
