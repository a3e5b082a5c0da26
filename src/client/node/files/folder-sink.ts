import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePrivately } from '../../../files/index.ts';
import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';
import type { FileSink } from '../../files/ports.ts';
import { targetFault } from './disk-faults.ts';
import { ensureRoom } from './file-sink.ts';
import { partBeside, placeFolder } from './final-name.ts';
import { createFolderWriter, type FolderWriter } from './folder-writer.ts';

/** How a folder sink is found again. What is to be in it stands in the hidden folder itself. */
export interface FolderPlace {
  readonly kind: 'folder';
  readonly part: string;
  readonly target: string;
}

const filesIn = (part: string) => join(part, 'files');
const indexIn = (part: string) => join(part, 'index.json');

/** A new folder with these entries; hidden and for this person alone until all of it is there. Nothing is made before it begins. */
export const createFolderSink = (target: string, entries: readonly FolderEntry[]): FileSink =>
  folderSink({ kind: 'folder', part: partBeside(target), target }, entries);

/** @throws CodedError `target_gone` */
export async function reopenFolderSink(place: FolderPlace): Promise<FileSink> {
  try {
    return folderSink(place, JSON.parse(await readFile(indexIn(place.part), 'utf8')) as FolderEntry[]);
  } catch {
    throw new CodedError('target_gone', { path: place.target });
  }
}

function folderSink(place: FolderPlace, entries: readonly FolderEntry[]): FileSink {
  const { part, target } = place;
  let writer: FolderWriter | undefined;

  function opened(): FolderWriter {
    if (!writer) throw new CodedError('target_gone', { path: target });
    return writer;
  }

  const telling = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw targetFault(error, target);
    }
  };

  async function begin(offset: number): Promise<void> {
    await close();
    if (offset === 0) {
      await rm(part, { recursive: true, force: true });
      await ensureRoom(dirname(part), sizeOf(entries));
      await mkdir(part, { mode: 0o700 });
      await mkdir(filesIn(part));
      await writePrivately(indexIn(part), JSON.stringify(entries));
    }
    writer = createFolderWriter(filesIn(part), entries);
    if (await writer.begin(offset)) return;
    await close();
    throw new CodedError('target_gone', { path: target });
  }

  const sync = () => opened().sync();

  const close = async () => {
    await writer?.close();
    writer = undefined;
  };

  return {
    place: JSON.stringify(place),
    seekable: true,
    begin: (offset) => telling(() => begin(offset)),
    write: (bytes) => telling(() => opened().put(bytes)),
    sync: () => telling(sync),
    finish: () =>
      telling(async () => {
        if (!writer) await begin(sizeOf(entries));
        await sync();
        await opened().finish();
        await close();
        await chmod(filesIn(part), 0o777 & ~process.umask()).catch(() => {});
        const name = await placeFolder(filesIn(part), target);
        await rm(part, { recursive: true, force: true });
        return name;
      }),
    async abandon() {
      await close();
      await rm(part, { recursive: true, force: true }).catch(() => {});
    },
    close,
  };
}

/** Of the whole, with the index before the first file. */
function sizeOf(entries: readonly FolderEntry[]): number {
  const last = entries.at(-1);
  return last ? last.offset + last.size : 0;
}
