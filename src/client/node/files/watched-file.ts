import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { CodedError } from '../../../protocol/index.ts';
import { sourceFault } from './disk-faults.ts';

/** What a file is known by while it is read: its size, when it was changed, and which one it is. */
export const stampOf = ({ size, mtimeNs, dev, ino }: BigIntStats): string => `${size} ${mtimeNs} ${dev}:${ino}`;

/** A file on disk that is to stay as it was when it was looked at. It is opened with the first read. */
export interface WatchedFile {
  /** Fills `target` from `offset`. Rejects with `source_changed` where the file ends before. */
  readInto(target: Uint8Array, offset: number): Promise<void>;
  /** Rejects with `source_changed` where the file, or what stands under its name, is another one now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** @param goneCode what a file that is gone is told as: a part of a folder that is gone is a changed folder */
export function watchFile(path: string, stamp: string, goneCode: 'source_gone' | 'source_changed' = 'source_gone'): WatchedFile {
  let handle: Promise<FileHandle> | undefined;

  const changed = () => new CodedError('source_changed', { path });
  const fault = (error: unknown) => {
    const coded = sourceFault(error, path);
    return coded.code === 'source_gone' ? new CodedError(goneCode, { path }) : coded;
  };

  async function opened(): Promise<FileHandle> {
    const file = await open(path, 'r');
    try {
      if (stampOf(await file.stat({ bigint: true })) !== stamp) throw changed();
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  return {
    async readInto(target, offset) {
      try {
        handle ??= opened();
        const file = await handle;
        for (let done = 0; done < target.length;) {
          const { bytesRead } = await file.read(target, done, target.length - done, offset + done);
          if (bytesRead === 0) throw changed();
          done += bytesRead;
        }
      } catch (error) {
        throw fault(error);
      }
    },
    async check() {
      try {
        // One that was replaced is still the old one behind the handle, and one that is written to has both changed.
        if (stampOf(await stat(path, { bigint: true })) !== stamp) throw changed();
      } catch (error) {
        throw fault(error);
      }
    },
    async close() {
      const file = await handle?.catch(() => undefined);
      handle = undefined;
      await file?.close();
    },
  };
}
