import { decodeQR } from 'qr/decode.js';

/** Why there is no picture; each has its own sentence. */
export type CameraProblem = 'denied' | 'missing' | 'busy' | 'failed';

interface ScanOptions {
  readonly video: HTMLVideoElement;
  readonly signal: AbortSignal;
  /** The picture is there. */
  onPicture(): void;
  /** Not again for the same code as long as that is what is seen. */
  onCode(text: string): void;
}

/** Reads one picture. Undefined where there is no code in it, as in most. */
type Reader = (video: HTMLVideoElement) => Promise<string | undefined>;

/** Pixels. Codes on a screen fill the picture; more would only take longer. */
const LARGEST = 720;
/** Time between two pictures that are looked at; ms. */
const PAUSE = 120;

/** Looks through the camera until `signal` aborts. @returns why it cannot; undefined when it was ended */
export async function scan({ video, signal, onPicture, onCode }: ScanOptions): Promise<CameraProblem | undefined> {
  let stream: MediaStream | undefined;
  try {
    // The rear camera where there are two; a laptop has one.
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    // The person may have gone while the browser asked.
    if (signal.aborted) return undefined;
    video.srcObject = stream;
    await video.play();
    onPicture();
    await readAll(video, signal, onCode);
    return undefined;
  } catch (error) {
    return signal.aborted ? undefined : problemOf(error);
  } finally {
    stream?.getTracks().forEach((track) => track.stop());
    // Another look through it may have begun meanwhile.
    if (video.srcObject === stream) video.srcObject = null;
  }
}

async function readAll(video: HTMLVideoElement, signal: AbortSignal, onCode: (text: string) => void): Promise<void> {
  const read = await chooseReader();
  let last: string | undefined;
  while (!signal.aborted) {
    const text = await read(video);
    if (signal.aborted) return;
    if (text !== undefined && text !== last) onCode(text);
    last = text ?? last;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

function problemOf(error: unknown): CameraProblem {
  const { name } = error instanceof Error ? error : new Error();
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

interface NativeDetector {
  detect(source: CanvasImageSource): Promise<ReadonlyArray<{ readonly rawValue: string }>>;
}
interface NativeDetectorClass {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

/** The platform's own, which is quicker and sees more, where there is one; it may still be without what it needs. */
async function chooseReader(): Promise<Reader> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: NativeDetectorClass };
  const own = createReader();
  try {
    if (!BarcodeDetector || !(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return own;
  } catch {
    return own;
  }
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  return async (video) =>
    detector.detect(video).then(
      ([found]) => found?.rawValue,
      () => own(video),
    );
}

function createReader(): Reader {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const { videoWidth, videoHeight } = video;
    if (!context || videoWidth === 0) return undefined;
    // The middle of the picture: that is where a code is held.
    const side = Math.min(videoWidth, videoHeight);
    const size = Math.min(side, LARGEST);
    canvas.width = size;
    canvas.height = size;
    context.drawImage(video, (videoWidth - side) / 2, (videoHeight - side) / 2, side, side, 0, 0, size, size);
    try {
      return decodeQR(context.getImageData(0, 0, size, size));
    } catch {
      // That is how it says that it sees none.
      return undefined;
    }
  };
}
