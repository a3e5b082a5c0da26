import type { FileHandle } from 'node:fs/promises';
import type { Blob, BlobWriter } from '../blobs/blob-store.ts';
import { guardDisk as guard } from './disk-faults.ts';

/**
 * Several writes may be under way, each at its place: while the disk takes one, the next is already being received.
 * @param from where it goes on
 * @param settle says in the index that all up to `offset` is there
 */
export function createDiskBlobWriter(
  handle: FileHandle,
  from: number,
  settle: (offset: number, length: number | null, now: number) => Promise<Blob>,
): BlobWriter {
  let end = from;
  const writing = new Set<Promise<void>>();
  let syncing: Promise<void> | undefined;
  /** A system tells of a failed sync once, and takes the next one for granted; a failed write leaves a hole: what failed stays failed. */
  let failed: { readonly error: unknown } | undefined;

  async function writeAt(pieces: readonly Uint8Array[], position: number, size: number): Promise<void> {
    const { bytesWritten } = await guard(handle.writev(pieces, position));
    if (bytesWritten === size) return;
    // A full disk takes a first bit and says so at the next write.
    const rest = Buffer.concat(pieces).subarray(bytesWritten);
    for (let done = 0; done < rest.length;) {
      done += (await guard(handle.write(rest, done, rest.length - done, position + bytesWritten + done))).bytesWritten;
    }
  }

  /** One at a time: what is written during one is what the next is for. */
  function sync(): Promise<void> {
    syncing ??= guard(handle.datasync())
      .catch((error: unknown) => {
        failed = { error };
      })
      .finally(() => (syncing = undefined));
    return syncing;
  }

  return {
    write(pieces) {
      const size = pieces.reduce((sum, { length }) => sum + length, 0);
      const written = writeAt(pieces, end, size);
      end += size;
      writing.add(written);
      written.then(
        () => writing.delete(written),
        (error: unknown) => {
          writing.delete(written);
          failed ??= { error };
        },
      );
      return written;
    },
    flush() {
      if (!syncing) void sync();
    },
    async commit(length, now) {
      const offset = end;
      await Promise.all(writing);
      // One that is under way may have begun before the last of it was written.
      await syncing;
      if (offset > from) await sync();
      if (failed) throw failed.error;
      return settle(offset, length, now);
    },
    async close() {
      await Promise.allSettled(writing);
      await syncing;
      await handle.close();
    },
  };
}
