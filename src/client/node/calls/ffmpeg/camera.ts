import type { Capture, CaptureEvents } from '../media-ports.ts';
import { createBytesWaiting } from './bytes-waiting.ts';
import { startCapturing } from './capturing.ts';
import { type Encoder, type PictureSize, startEncoder } from './encoder.ts';
import type { Input } from './inputs.ts';
import { type Ffmpeg, QUIET, WRITE_AT_ONCE } from './program.ts';

/** What a terminal sends: one size, for a tile of everybody's screen. Bits a second. */
export const CAMERA = { width: 320, height: 180, rate: 15, bitrate: 250_000 } as const;

/** Key frames are large: asked for more often, they are made this often. And one that dies again at once is not started again so soon. ms */
const KEY_PAUSE = 400;
const ENCODER_PAUSE = 1_000;

/** One child captures and never stops for it, another one encodes while somebody takes it. */
export async function startCamera(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents, size: PictureSize = CAMERA): Promise<Capture> {
  const { width, height } = size;
  const bytes = (width * height * 3) / 2;
  let encoder: Encoder | undefined;
  let encoderSince = Number.NEGATIVE_INFINITY;
  let wanted = true;
  let wantsKey = true;
  let keyAt = Number.NEGATIVE_INFINITY;

  function takePicture(picture: Buffer): void {
    const now = performance.now();
    if (!wanted) return;
    if (encoder === undefined) {
      if (now - encoderSince < ENCODER_PAUSE) return;
      encoderSince = now;
      wantsKey = true;
      const started = startEncoder(ffmpeg, size, CAMERA.bitrate, {
        onFrame: (frame) => encoder === started && events.onFrame(frame, ((frame[0] as number) & 1) === 0),
        onEnd: () => {
          if (encoder === started) encoder = undefined;
        },
      });
      encoder = started;
    }
    const asks = wantsKey && now - keyAt >= KEY_PAUSE;
    // What it cannot take is dropped here, where nothing depends on it yet.
    if (!encoder.take(picture, asks) || !asks) return;
    wantsKey = false;
    keyAt = now;
  }

  function stopEncoder(): void {
    const stopped = encoder;
    encoder = undefined;
    void stopped?.close();
  }

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
          takePicture(all.subarray(0, bytes));
          return bytes;
        });
    },
    (error) => {
      stopEncoder();
      events.onStopped(error);
    },
  );
  return {
    requestKey() {
      wantsKey = true;
    },
    want(now) {
      wanted = now;
      if (!wanted) stopEncoder();
    },
    close() {
      wanted = false;
      stopEncoder();
      return capturing.close();
    },
  };
}
