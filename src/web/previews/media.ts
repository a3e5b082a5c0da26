import type { FilePreview } from '../../client/index.ts';
import { aborted } from './picture.ts';
import { shrink } from './shrink.ts';

/** Seconds into a video: the first frame is often black. */
const FRAME_AT = 1;

/** A frame of a video, its size and how long it takes. */
export async function previewVideo(file: Blob, signal: AbortSignal): Promise<FilePreview | null> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  return withMedia(video, file, signal, 'loadeddata', async () => {
    const { videoWidth: width, videoHeight: height } = video;
    const duration = durationOf(video);
    if (width === 0 || height === 0) return { width: null, height: null, duration, picture: null };
    const frame = Math.min(FRAME_AT, (duration ?? 0) / 3000);
    if (frame > 0) {
      const seeked = heard(video, 'seeked');
      video.currentTime = frame;
      // Without an index some videos cannot go anywhere: the first frame has to do.
      await Promise.race([seeked, aborted(signal)]).catch(() => {});
    }
    return { width, height, duration, picture: await shrink(video, width, height) };
  });
}

export async function previewSound(file: Blob, signal: AbortSignal): Promise<FilePreview | null> {
  const audio = document.createElement('audio');
  return withMedia(audio, file, signal, 'loadedmetadata', async () => {
    const duration = durationOf(audio);
    return duration === null ? null : { width: null, height: null, duration, picture: null };
  });
}

async function withMedia<T>(
  media: HTMLMediaElement,
  file: Blob,
  signal: AbortSignal,
  ready: 'loadeddata' | 'loadedmetadata',
  use: () => Promise<T>,
): Promise<T> {
  const url = URL.createObjectURL(file);
  try {
    media.preload = 'auto';
    const loaded = heard(media, ready);
    const failed = heard(media, 'error').then(() => Promise.reject(new Error('cannot be played here')));
    media.src = url;
    await Promise.race([loaded, failed, aborted(signal)]);
    return await use();
  } finally {
    media.removeAttribute('src');
    media.load();
    URL.revokeObjectURL(url);
  }
}

const heard = (media: HTMLMediaElement, event: string): Promise<void> =>
  new Promise((resolve) => media.addEventListener(event, () => resolve(), { once: true }));

/** ms; null where the file does not say, as those that were recorded by a browser. */
function durationOf({ duration }: HTMLMediaElement): number | null {
  return Number.isFinite(duration) && duration > 0 ? Math.round(duration * 1000) : null;
}
