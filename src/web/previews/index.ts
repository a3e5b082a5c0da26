import type { Picked } from '../../client/browser/files/index.ts';
import type { FilePreview } from '../../client/index.ts';
import { kindOf } from '../state/file-kind.ts';
import { previewSound, previewVideo } from './media.ts';
import { previewPicture } from './picture.ts';

/** ms. A preview is a courtesy: the file goes without one rather than late. */
const PATIENCE = 8_000;

const makers: Partial<Record<string, (file: File, signal: AbortSignal) => Promise<FilePreview | null>>> = {
  picture: previewPicture,
  video: previewVideo,
  sound: previewSound,
  // Larger than the rest of the page: for those who send one.
  pdf: async (file, signal) => (await import('./pdf.ts')).previewPdf(file, signal),
};

/** What the others see before they fetch a file; null where this browser cannot tell. */
export async function previewOf(picked: Picked): Promise<FilePreview | null> {
  if (picked.kind === 'folder') return null;
  const { file } = picked;
  const maker = makers[kindOf({ name: file.name, type: file.type, files: null })];
  if (!maker) return null;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    return await maker(file, patience.signal);
  } catch {
    // Broken, or of a kind that this browser cannot open.
    return null;
  } finally {
    clearTimeout(timer);
  }
}
