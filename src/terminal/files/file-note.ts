import type { FileItem } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { toSafeLine } from '../text/safe-text.ts';
import type { Sizes } from './sizes.ts';

/** Digits of a file's id that people type. */
export const SHORTEST_ID = 4;

/** `Ana sent report.pdf (2.4 MB) · /download 3fa2` */
export function fileNote({ file }: FileItem, who: string, t: Texts['terminal'], sizes: Sizes): string {
  const id = file.id.slice(0, SHORTEST_ID);
  const [name, size] = [toSafeLine(file.name), sizes.size(file.size)];
  return file.files === null ? t.fileSent(who, name, size, id) : t.folderSent(who, name, sizes.count(file.files), size, id);
}
