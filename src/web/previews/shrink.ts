import { type FilePreview, LIMITS_OF_CONTENT } from '../../client/index.ts';

export type Picture = NonNullable<FilePreview['picture']>;

/** Pixels of the longer side, and the qualities that are tried until it fits into a message. */
const TRIES = [
  [320, 0.8],
  [320, 0.6],
  [320, 0.4],
  [240, 0.5],
  [160, 0.5],
  [96, 0.4],
] as const;

/**
 * Draws a small picture of a larger one. It is drawn anew, so nothing of what a camera wrote beside the picture is in it: no place, no
 * owner, no time. @returns null where no size of it fits
 */
export async function shrink(source: CanvasImageSource, width: number, height: number): Promise<Picture | null> {
  for (const [side, quality] of TRIES) {
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const pen = canvas.getContext('2d');
    if (!pen) return null;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    const picture = await encode(canvas, quality);
    // Gives the memory back at once: some browsers have little of it for canvases.
    canvas.width = 0;
    if (picture && picture.data.length <= LIMITS_OF_CONTENT.preview) return picture;
  }
  return null;
}

/** WebP where the browser writes it; those that cannot say so by giving something else. */
async function encode(canvas: HTMLCanvasElement, quality: number): Promise<Picture | null> {
  const webp = await toBlob(canvas, 'image/webp', quality);
  if (webp?.type === 'image/webp') return { type: 'image/webp', data: new Uint8Array(await webp.arrayBuffer()) };
  const pen = canvas.getContext('2d');
  if (pen) {
    // What can be seen through would be black.
    pen.globalCompositeOperation = 'destination-over';
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  const jpeg = await toBlob(canvas, 'image/jpeg', quality);
  return jpeg?.type === 'image/jpeg' ? { type: 'image/jpeg', data: new Uint8Array(await jpeg.arrayBuffer()) } : null;
}

const toBlob = (canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, type, quality));
