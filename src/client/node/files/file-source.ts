import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createSerialQueue } from '../../room/queue.ts';
import { sourceFault } from './disk-faults.ts';
import { type LocalSource, openFolderSource } from './folder-source.ts';
import { mediaTypeOf } from './media-type.ts';
import { stampOf, watchFile } from './watched-file.ts';

/** What was read stays as it is until two more reads were begun. */
function createReadMemories(): { next(size: number): Buffer } {
  const memories: Buffer[] = [];
  let turn = 0;
  return {
    next(size) {
      turn = (turn + 1) % 3;
      const known = memories[turn];
      return (memories[turn] = known && known.length >= size ? known : Buffer.allocUnsafeSlow(size)).subarray(0, size);
    },
  };
}

/**
 * A file or folder of this machine.
 * @throws CodedError `source_gone`, `source_unreadable`, `folder_too_large`
 */
export async function openSource(path: string): Promise<LocalSource> {
  const place = resolve(path);
  const stats = await stat(place, { bigint: true }).catch((error: unknown) => {
    throw sourceFault(error, path);
  });
  if (stats.isDirectory()) return openFolderSource(place);
  // A device or socket has no end, or no beginning.
  if (!stats.isFile()) throw sourceFault({ code: 'EINVAL' }, path);
  const size = Number(stats.size);
  const stamp = stampOf(stats);
  const file = watchFile(place, stamp);
  const memories = createReadMemories();
  const reads = createSerialQueue();
  return {
    place,
    name: basename(place),
    type: mediaTypeOf(place),
    size,
    folder: null,
    stamp,
    left: 0,
    // One after the other: a read that was called off may still be filling its memory.
    read: (offset, length, signal) =>
      reads.run(async () => {
        signal.throwIfAborted();
        const bytes = memories.next(Math.max(0, Math.min(length, size - offset)));
        // Also of an empty file it is looked whether it can be read.
        await file.readInto(bytes, offset);
        return bytes;
      }),
    check: () => file.check(),
    close: () => file.close(),
  };
}
