import type { FilePlaces } from '../../files/ports.ts';
import { type FilePlace, reopenFileSink } from './file-sink.ts';
import { openSource } from './file-source.ts';
import { type FolderPlace, reopenFolderSink } from './folder-sink.ts';

/** Where a download goes, by its place: the name that it was to have. */
export const targetOf = (place: string): string => (JSON.parse(place) as FilePlace | FolderPlace).target;

/** Files and folders of this machine, by what their sources and sinks called them. */
export const nodePlaces: FilePlaces = {
  openSource: (place) => openSource(place),
  async openSink(place) {
    const known = JSON.parse(place) as FilePlace | FolderPlace;
    return known.kind === 'file' ? reopenFileSink(known) : reopenFolderSink(known);
  },
};
