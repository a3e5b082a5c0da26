/** What a page needs to send and save files; fetched when the first one is chosen. */
import type { FileSource } from '../../files/ports.ts';
import { createFileSource } from './file-source.ts';
import { createFolderSource } from './folder-source.ts';
import type { Picked } from './picks.ts';

export type { Picked } from './picks.ts';
export { chooseTarget, type TargetPorts } from './targets.ts';

/** Rejects with CodedError `folder_too_large`. */
export async function sourceOf(picked: Picked, name?: string): Promise<FileSource> {
  return picked.kind === 'file' ? createFileSource(picked.file, name) : createFolderSource(picked.name, picked.files, picked.empty);
}
