import type { Capture, CaptureEvents } from '../media-ports.ts';
import { createBytesWaiting } from './bytes-waiting.ts';
import type { PictureSize } from './encoder.ts';
import type { Input } from './inputs.ts';
import { startPictures } from './picture-source.ts';
import type { Ffmpeg } from './program.ts';

/** What a terminal sends: one size, for a tile of everybody's screen. Bits a second. */
export const CAMERA = { width: 320, height: 180, rate: 15, bitrate: 250_000 } as const;

export function startCamera(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents, size: PictureSize = CAMERA): Promise<Capture> {
  const { width, height } = size;
  const bytes = (width * height * 3) / 2;
  return startPictures(ffmpeg, input, events, {
    source: 'camera',
    rate: CAMERA.rate,
    fit: `scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1`,
    format: 'rawvideo',
    read(take) {
      const waiting = createBytesWaiting();
      return (data) =>
        waiting.add(data, (all) => {
          if (all.length < bytes) return 0;
          take(all.subarray(0, bytes), size);
          return bytes;
        });
    },
    encoding: { bitrate: CAMERA.bitrate, isScreen: false },
  });
}
