import { getDocument, GlobalWorkerOptions, PDFDataRangeTransport } from 'pdfjs-dist';
// oxlint-disable-next-line import/default -- the bundler makes an address of it
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { FilePreview } from '../../client/index.ts';
import { aborted } from './picture.ts';
import { shrink } from './shrink.ts';

/** Pixels of the longer side: twice what is kept, so that letters stay smooth. */
const SIDE = 640;

/** The first page. Of the file only what that page needs is read; scripts in it are not run. */
export async function previewPdf(file: Blob, signal: AbortSignal): Promise<FilePreview | null> {
  GlobalWorkerOptions.workerSrc = workerUrl;
  const task = getDocument({
    range: rangesOf(file),
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    useSystemFonts: true,
    verbosity: 0,
  });
  const canvas = document.createElement('canvas');
  try {
    const draw = async (): Promise<FilePreview> => {
      const page = await (await task.promise).getPage(1);
      const { width, height } = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: SIDE / Math.max(width, height) });
      [canvas.width, canvas.height] = [Math.ceil(viewport.width), Math.ceil(viewport.height)];
      await page.render({ canvas, viewport }).promise;
      const picture = await shrink(canvas, canvas.width, canvas.height);
      return { width: Math.round(width), height: Math.round(height), duration: null, picture };
    };
    return await Promise.race([draw(), aborted(signal)]);
  } finally {
    canvas.width = 0;
    await task.destroy();
  }
}

function rangesOf(file: Blob): PDFDataRangeTransport {
  const ranges = new PDFDataRangeTransport(file.size, null);
  ranges.requestDataRange = (begin: number, end: number) =>
    void file
      .slice(begin, end)
      .arrayBuffer()
      .then(
        (bytes) => ranges.onDataRange(begin, new Uint8Array(bytes)),
        () => ranges.abort(),
      );
  return ranges;
}
