import * as v from 'valibot';
import { CodedError, fromHex } from '../../protocol/index.ts';
import type { FilePreview } from '../api.ts';
import { kinds, LIMITS_OF_CONTENT } from '../content/index.ts';
import { type DownloadRecord, NOTHING_OPENED } from './download-steps.ts';
import type { FileItem } from './library.ts';
import type { FileSink, FileSource } from './ports.ts';
import { beginSealing, type UploadRecord } from './upload-steps.ts';

/** What a transfer's record begins with. */
interface Place {
  readonly id: string;
  readonly room: string;
  readonly order: number;
}

/** @param seal of this file alone @throws CodedError `file_name_bad` */
export function beginUpload(
  place: Place,
  source: FileSource,
  wanted: FilePreview | null,
  seal: { readonly key: Uint8Array; readonly header: Uint8Array },
): UploadRecord {
  const { name, type, size, folder, stamp } = source;
  if (name === '' || name.length > LIMITS_OF_CONTENT.fileName) throw new CodedError('file_name_bad', { name: name.slice(0, 40) });
  const preview = v.safeParse(kinds.file.entries.preview, wanted);
  const about = {
    ...place,
    direction: 'up' as const,
    name,
    type: type.length > LIMITS_OF_CONTENT.fileType ? '' : type,
    size,
    folder,
    // One that is too large is left out: the file counts.
    preview: preview.success ? preview.output : null,
    place: source.place,
    stamp,
    paused: false,
    ended: null,
  };
  return beginSealing(about, seal.key, seal.header);
}

export function beginDownload(place: Place, { file }: FileItem, sink: FileSink): DownloadRecord {
  return {
    ...place,
    direction: 'down',
    name: file.name,
    folder: file.files !== null,
    blob: file.id,
    size: file.size,
    key: fromHex(file.key) as Uint8Array,
    hash: fromHex(file.hash) as Uint8Array,
    place: sink.place,
    seekable: sink.seekable,
    paused: false,
    ended: null,
    header: null,
    synced: NOTHING_OPENED,
    whole: false,
  };
}
