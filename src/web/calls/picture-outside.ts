import { createObservable } from '../state/observable.ts';

/** The browser's own window for one picture, over everything else on the screen. */
export const pictureOutside = createObservable<PictureInPictureWindow | null>(null);

let video: HTMLVideoElement | null = null;

/** The element that such a window is made of; there is one. */
export function offerVideo(element: HTMLVideoElement | null): void {
  video = element;
}

export const canShowOutside = (): boolean => 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;

/** Has to be called while the browser counts the click that asked for it. */
export async function toggleOutside(): Promise<void> {
  if (pictureOutside.get()) return document.exitPictureInPicture();
  pictureOutside.set((await video?.requestPictureInPicture()) ?? null);
}
