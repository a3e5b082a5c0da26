import { createObservable } from '../state/observable.ts';

/** The browser's own window for one picture, over everything else on the screen. */
export const pictureOutside = createObservable<PictureInPictureWindow | null>(null);

/** ms: a browser counts a click for about as long. */
const PATIENCE = 3_000;

/** The element that such a window is made of, and what begins to play in it: nothing is drawn twice before somebody asks for it. */
export interface Offer {
  readonly video: HTMLVideoElement;
  begin(): void;
}

let offered: Offer | null = null;

export function offerVideo(offer: Offer | null): void {
  offered = offer;
}

export const canShowOutside = (): boolean => 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;

/** Has to be called while the browser counts the click that asked for it. */
export async function toggleOutside(): Promise<void> {
  if (pictureOutside.get()) return document.exitPictureInPicture();
  if (!offered) return;
  const { video, begin } = offered;
  begin();
  await hasSize(video);
  pictureOutside.set(await video.requestPictureInPicture());
}

/** Before the first picture a browser does not know what window to make. */
function hasSize(video: HTMLVideoElement): Promise<void> {
  if (video.readyState >= video.HAVE_METADATA) return Promise.resolve();
  return new Promise((resolve) => {
    video.addEventListener('loadedmetadata', () => resolve(), { once: true });
    setTimeout(resolve, PATIENCE);
  });
}
