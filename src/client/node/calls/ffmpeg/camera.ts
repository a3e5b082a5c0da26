import type { Capture, CaptureEvents } from '../media-ports.ts';
import { createBytesWaiting } from './bytes-waiting.ts';
import { startCapturing } from './capturing.ts';
import type { PictureSize } from './encoder.ts';
import type { Input } from './inputs.ts';
import { createPictureSending } from './picture-sending.ts';
import { type Ffmpeg, QUIET, WRITE_AT_ONCE } from './program.ts';

/** What a terminal sends: one size, for a tile of everybody's screen. Bits a second. */
export const CAMERA = { width: 320, height: 180, rate: 15, bitrate: 250_000 } as const;

/** One child captures and never stops for it, another one encodes while somebody takes it. */
export async function startCamera(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents, size: PictureSize = CAMERA): Promise<Capture> {
  const { width, height } = size;
  const bytes = (width * height * 3) / 2;
  const sending = createPictureSending(ffmpeg, { bitrate: CAMERA.bitrate, isScreen: false }, events.onFrame);
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1`;
  const capturing = await startCapturing(
    'camera',
    {
      program: ffmpeg.program,
      args: [
        ...[...QUIET, ...input, '-an', '-vf', `fps=${CAMERA.rate},${fit}`, '-pix_fmt', 'yuv420p'],
        ...[...WRITE_AT_ONCE, '-f', 'rawvideo', 'pipe:1'],
      ],
    },
    () => {
      const waiting = createBytesWaiting();
      return (data) =>
        waiting.add(data, (all) => {
          if (all.length < bytes) return 0;
          sending.take(all.subarray(0, bytes), size);
          return bytes;
        });
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
