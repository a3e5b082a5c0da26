import type { Capture, CaptureEvents } from '../media-ports.ts';
import { startCapturing } from './capturing.ts';
import type { Encoding } from './encoder.ts';
import type { Input } from './inputs.ts';
import { createPictureSending, type PictureSending } from './picture-sending.ts';
import { type Ffmpeg, QUIET, WRITE_AT_ONCE } from './program.ts';

/** What a camera and a screen differ in. */
export interface PictureSource {
  readonly source: 'camera' | 'screen';
  readonly rate: number;
  /** ffmpeg's filters that bring a picture to its size. */
  readonly fit: string;
  /** How ffmpeg writes pictures of I420, and what takes them from its bytes: a new one for each start. */
  readonly format: 'rawvideo' | 'yuv4mpegpipe';
  read(take: PictureSending['take']): (bytes: Buffer) => void;
  readonly encoding: Encoding;
}

/** One child captures and never stops for it, another one encodes while somebody takes it. Rejects as startCapturing does. */
export async function startPictures(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents, pictures: PictureSource): Promise<Capture> {
  const { source, rate, fit, format, encoding } = pictures;
  const sending = createPictureSending(ffmpeg, encoding, events.onFrame);
  const args = [
    ...[...QUIET, ...input, '-an', '-vf', `fps=${rate},${fit}`, '-pix_fmt', 'yuv420p'],
    ...[...WRITE_AT_ONCE, '-f', format, 'pipe:1'],
  ];
  const capturing = await startCapturing(
    source,
    { program: ffmpeg.program, args },
    () => pictures.read(sending.take),
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
