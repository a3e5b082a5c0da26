import { type Picked, picksOfTransfer } from '../../client/browser/files/picks.ts';

/** What browsers call a picture that has no name of its own. */
const NAMELESS = /^image\.(png|jpe?g|gif|bmp|webp)$/i;

/**
 * Files that were pasted; null where it is a text: what is copied from a table or a document comes as a picture too, and the text is what is
 * meant. @param name for what has none, without its ending
 */
export function picksOfPaste(data: DataTransfer, name: string): Promise<Picked[]> | null {
  const kinds = [...data.items].map(({ kind, type }) => (kind === 'file' ? kind : type));
  if (!kinds.includes('file') || kinds.includes('text/plain')) return null;
  return picksOfTransfer(data).then((picks) => picks.map((picked) => named(picked, name)));
}

function named(picked: Picked, name: string): Picked {
  if (picked.kind !== 'file') return picked;
  const { file } = picked;
  const ending = NAMELESS.exec(file.name)?.[1];
  if (ending === undefined) return picked;
  // Of this moment: that is when it was made, as far as the sender is concerned.
  return { kind: 'file', file: new File([file], `${name.replaceAll(':', '.')}.${ending}`, { type: file.type, lastModified: Date.now() }) };
}
