import { CodedError } from '../../../protocol/index.ts';
import type { FileSink } from '../../files/ports.ts';

/**
 * A file that somebody chose a place for (`showSaveFilePicker`). The browser collects what is written beside it and puts it under its
 * name with `finish`; a reload throws it away, so it cannot be gone on with later.
 */
export function createHandleSink(handle: FileSystemFileHandle): FileSink {
  let writable: FileSystemWritableFileStream | undefined;
  let written = 0;

  return {
    place: null,
    seekable: true,
    async begin(offset) {
      if (offset > written) throw new CodedError('target_gone');
      await translateTarget(async () => {
        writable ??= await handle.createWritable();
        await writable.truncate(offset);
        await writable.seek(offset);
      });
      written = offset;
    },
    async write(bytes) {
      if (!writable) throw new CodedError('target_gone');
      await translateTarget(() => writable?.write(bytes as BufferSource));
      written += bytes.length;
    },
    // There is nothing that a page could ask for before the end.
    sync: async () => {},
    async finish() {
      await translateTarget(() => writable?.close());
      writable = undefined;
      return handle.name;
    },
    async abandon() {
      await writable?.abort().catch(() => {});
      writable = undefined;
      written = 0;
      await removeEmpty(handle);
    },
    close: async () => {},
  };
}

/** The picker has made the file; one that was there before and holds something stays as it was. */
async function removeEmpty(handle: FileSystemFileHandle): Promise<void> {
  try {
    const file = await handle.getFile();
    if (file.size === 0) await (handle as { remove?: () => Promise<void> }).remove?.();
  } catch {
    // It is gone already, or may not be touched any more.
  }
}

export async function translateTarget<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const { name, message } = error as DOMException;
    const code = name === 'QuotaExceededError' ? 'target_full' : name === 'NotFoundError' ? 'target_gone' : 'target_not_writable';
    throw new CodedError(code, { because: message });
  }
}
