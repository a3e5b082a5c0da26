import type { Capture, CaptureEvents } from '../media-ports.ts';
import { type Encoder, type Encoding, type PictureSize, startEncoder } from './encoder.ts';
import type { Ffmpeg } from './program.ts';

/** Pictures of one source on their way to the others: encoded while somebody takes them. */
export interface PictureSending extends Pick<Capture, 'requestKey' | 'want' | 'lessen'> {
  /** I420. What the encoder cannot take is dropped here, where nothing depends on it yet. */
  take(picture: Buffer, size: PictureSize): void;
  close(): void;
}

/** Key frames are large: asked for more often, they are made this often. And one that dies again at once is not started again so soon. ms */
const KEY_PAUSE = 400;
const ENCODER_PAUSE = 1_000;

export function createPictureSending(ffmpeg: Ffmpeg, encoding: Encoding, onFrame: CaptureEvents['onFrame']): PictureSending {
  let encoder: Encoder | undefined;
  let encodes: PictureSize | undefined;
  let encoderSince = Number.NEGATIVE_INFINITY;
  let wanted = true;
  let share = 1;
  let wantsKey = true;
  let keyAt = Number.NEGATIVE_INFINITY;

  function stop(): void {
    const stopped = encoder;
    encoder = undefined;
    void stopped?.close();
  }

  return {
    take(picture, size) {
      const now = performance.now();
      if (!wanted) return;
      if (encodes?.width !== size.width || encodes.height !== size.height) stop();
      if (encoder === undefined) {
        if (now - encoderSince < ENCODER_PAUSE) return;
        encoderSince = now;
        encodes = size;
        wantsKey = true;
        const started = startEncoder(
          ffmpeg,
          size,
          { ...encoding, bitrate: Math.round(encoding.bitrate * share) },
          {
            onFrame: (frame) => encoder === started && onFrame(frame, ((frame[0] as number) & 1) === 0),
            onEnd: () => {
              if (encoder === started) encoder = undefined;
            },
          },
        );
        encoder = started;
      }
      const asks = wantsKey && now - keyAt >= KEY_PAUSE;
      if (!encoder.take(picture, asks) || !asks) return;
      wantsKey = false;
      keyAt = now;
    },
    requestKey() {
      wantsKey = true;
    },
    want(now) {
      wanted = now;
      if (!wanted) stop();
    },
    lessen(next) {
      if (next === share) return;
      share = next;
      // It cannot be told another bitrate while it runs.
      stop();
    },
    close() {
      wanted = false;
      stop();
    },
  };
}
