import { constants } from 'node:fs';
import { type FileHandle, open, stat, statfs, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '../../../protocol/index.ts';
import type { FileSink } from '../../files/ports.ts';
import { targetFault } from './disk-faults.ts';
import { partBeside, placeFile } from './final-name.ts';

/** What was left of another attempt is of no use. Nobody leads us elsewhere by a link of the same name. */
const ANEW = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
const AGAIN = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/** How a file sink is found again. */
export interface FilePlace {
  readonly kind: 'file';
  /** Where the bytes are until they are whole. */
  readonly part: string;
  /** What it is to be called. */
  readonly target: string;
  /** Bytes in all, to know early that they do not fit. */
  readonly size: number;
}

/** A new file beside `target`, under a hidden name and for this person alone until it is whole. Nothing is made before it begins. */
export const createFileSink = (target: string, size: number): FileSink =>
  fileSink({ kind: 'file', part: partBeside(target), target, size });

export function fileSink(place: FilePlace): FileSink {
  const { part, target, size } = place;
  let file: FileHandle | undefined;
  let position = 0;

  function opened(): FileHandle {
    if (!file) throw new CodedError('target_gone', { path: target });
    return file;
  }

  async function begin(offset: number): Promise<void> {
    await file?.close();
    file = undefined;
    try {
      if (offset === 0) await ensureRoom(dirname(part), size);
      file = await open(part, offset === 0 ? ANEW : AGAIN, 0o600);
      const { size: there } = await file.stat();
      if (there < offset) throw new CodedError('target_gone', { path: target });
      await file.truncate(offset);
      position = offset;
    } catch (error) {
      await file?.close();
      file = undefined;
      const lost = offset > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw lost ? new CodedError('target_gone', { path: target }) : targetFault(error, target);
    }
  }

  const telling = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw targetFault(error, target);
    }
  };

  const close = async () => {
    await file?.close().catch(() => {});
    file = undefined;
  };

  return {
    place: JSON.stringify(place),
    seekable: true,
    begin,
    write: (bytes) =>
      telling(async () => {
        await writeAll(opened(), bytes, position);
        position += bytes.length;
      }),
    sync: () => telling(() => opened().datasync()),
    finish: () =>
      telling(async () => {
        // All of it was there before this program was started again.
        file ??= await open(part, AGAIN);
        await file.sync();
        // From here on it is a file like any other. Disks without modes do not mind.
        await file.chmod(0o666 & ~process.umask()).catch(() => {});
        await close();
        return placeFile(part, target);
      }),
    async abandon() {
      await close();
      await unlink(part).catch(() => {});
    },
    close,
  };
}

/** @throws CodedError `target_gone` */
export async function reopenFileSink(place: FilePlace): Promise<FileSink> {
  await stat(place.part).catch(() => {
    throw new CodedError('target_gone', { path: place.target });
  });
  return fileSink(place);
}

/** Better now than after an hour. A disk that does not say how much is free is tried. @throws CodedError `target_full` */
export async function ensureRoom(folder: string, size: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined);
  if (!disk || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (free < size) throw new CodedError('target_full', { path: folder, needed: size, free });
}

/** A disk may take less than it was given. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
