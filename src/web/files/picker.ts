import { type Picked, picksOfInput } from '../../client/browser/files/picks.ts';

export type Choice = 'files' | 'file' | 'folder' | 'photo' | 'video';

/** Can this browser give a page whole folders? Most phones cannot. */
export const canChooseFolders = 'webkitdirectory' in HTMLInputElement.prototype && matchMedia('(pointer: fine)').matches;
/** A camera of its own that a file chooser can open: phones and tablets. */
export const hasCamera = matchMedia('(pointer: coarse)').matches;

/** Opens the system's file chooser; nothing where the person closes it. Has to be called while the browser counts the click. */
export function chooseFiles(choice: Choice): Promise<Picked[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.hidden = true;
  input.multiple = choice === 'files';
  if (choice === 'folder') input.webkitdirectory = true;
  if (choice === 'photo' || choice === 'video') {
    input.accept = choice === 'photo' ? 'image/*' : 'video/*';
    input.setAttribute('capture', 'environment');
  }
  // In the page, because some browsers let go of one that is not.
  document.body.append(input);
  return new Promise((resolve) => {
    const end = (picks: Picked[]) => {
      input.remove();
      resolve(picks);
    };
    input.addEventListener('change', () => end(picksOfInput(input.files ?? [])));
    input.addEventListener('cancel', () => end([]));
    input.click();
  });
}
