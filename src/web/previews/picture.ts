import type { FilePreview } from '../../client/index.ts';
import { shrink } from './shrink.ts';

/** Bytes of a picture that is decoded for its preview: the largest photographs, and not what only pretends to be one. */
const LARGEST = 100 * 1024 * 1024;

/** Turned as its camera says. Drawn from an element, which decodes SVG without running what is in it. */
export async function previewPicture(file: Blob, signal: AbortSignal): Promise<FilePreview | null> {
  if (file.size > LARGEST) return null;
  const url = URL.createObjectURL(file);
  const image = new Image();
  try {
    image.src = url;
    await Promise.race([image.decode(), aborted(signal)]);
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width === 0 || height === 0) return null;
    return { width, height, duration: null, picture: await shrink(image, width, height) };
  } finally {
    image.src = '';
    URL.revokeObjectURL(url);
  }
}

export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = () => reject(new Error('took too long'));
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  });
}
