/** The half of sending and saving that is fetched when somebody does it first. */
import { chooseTarget, sourceOf } from '../../client/browser/files/index.ts';
import { previewOf } from '../previews/index.ts';
import type { FileTools } from '../state/file-desk.ts';

export const fileTools: FileTools = {
  sourceOf,
  previewOf,
  targetFor: (client, room, { file: { id, name, size, files } }, targets) =>
    chooseTarget({ name, size, entries: files === null ? null : () => client.files.index(room, id) }, targets),
};
