import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { CodedError } from '../../../protocol/index.ts';
import { encodeFolderIndex, FOLDER_LIMITS } from '../../files/folder-index.ts';
import type { FileSource } from '../../files/ports.ts';
import { createSerialQueue } from '../../room/queue.ts';
import { sourceFault } from './disk-faults.ts';
import { type Found, walkFolder } from './folder-walk.ts';
import { watchFile, type WatchedFile } from './watched-file.ts';

/** What is on disk here, and what of it is not in there. */
export interface LocalSource extends FileSource {
  /** Links and the like in a folder that were left out. */
  readonly left: number;
}

/** A folder: its index, then its files end to end in the order of the index. Each is opened when its turn comes, and has to be then what it was before. */
export async function openFolderSource(place: string): Promise<LocalSource> {
  const { found, left } = await walkFolder(place, FOLDER_LIMITS.entries).catch((error: unknown) => {
    throw sourceFault(error, place);
  });
  if (found.length > FOLDER_LIMITS.entries) throw new CodedError('folder_too_large', { max: FOLDER_LIMITS.entries });
  const { files: entries, bytes: index, size } = encodeFolderIndex(found);
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  const stamp = createHash('sha256');
  for (const entry of entries) stamp.update(`${entry.path}\0${entry.stamp}\0`);
  const reads = createSerialQueue();
  let open: { readonly at: number; readonly file: WatchedFile } | undefined;

  async function turnTo(at: number): Promise<WatchedFile> {
    if (open?.at === at) return open.file;
    await open?.file.close();
    const { path, stamp: known } = files[at] as Placed;
    open = { at, file: watchFile(join(place, path), known, 'source_changed') };
    return open.file;
  }

  /** In the first or the last file of a read, which another read began or goes on with. */
  async function readPart(at: number, part: Uint8Array, within: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const file = await turnTo(at);
    await file.readInto(part, within);
    // One that is done is looked at now: nobody comes back to it.
    if (within + part.length === (files[at] as Placed).size) await file.check();
  }

  async function readWhole({ path, stamp: known }: Placed, part: Uint8Array): Promise<void> {
    const file = watchFile(join(place, path), known, 'source_changed');
    try {
      await file.readInto(part, 0);
      await file.check();
    } finally {
      await file.close();
    }
  }

  return {
    place,
    name: basename(place) || 'folder',
    type: '',
    size,
    folder: { files: files.length, index: index.length },
    stamp: stamp.digest('hex'),
    left,
    // One after the other: a read that was called off may still be reading, and the next one would close its file under it, or have its own closed.
    read: (offset, wanted, signal) => reads.run(() => readFrom(offset, wanted, signal)),
    async check() {
      await open?.file.check();
    },
    close: () =>
      reads.run(async () => {
        await open?.file.close();
        open = undefined;
      }),
  };

  async function readFrom(offset: number, wanted: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(wanted, size - offset)));
    let filled = 0;
    if (offset < index.length) {
      const part = index.subarray(offset, offset + bytes.length);
      bytes.set(part);
      filled = part.length;
    }
    const whole: Array<() => Promise<void>> = [];
    for (let at = lastBefore(files, offset + filled); filled < bytes.length; at++) {
      const file = files[at] as Placed;
      const within = offset + filled - file.offset;
      const part = bytes.subarray(filled, filled + file.size - within);
      filled += part.length;
      if (part.length === 0) continue;
      if (part.length === file.size) whole.push(() => readWhole(file, part));
      else await readPart(at, part, within, signal);
    }
    await runAll(whole, signal);
    return bytes;
  }
}

/** Small files are opened side by side: a disk has one ready while another is asked for. */
const AT_ONCE = 8;

/** Ends when all that was begun has ended, also where one of them failed. */
async function runAll(work: ReadonlyArray<() => Promise<void>>, signal: AbortSignal): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let run = work[next++]; run; run = work[next++]) {
      signal.throwIfAborted();
      await run();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, work.length) }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

type Placed = Found & { readonly offset: number };

/** The last of the files that does not begin behind `offset`. */
function lastBefore(files: readonly Placed[], offset: number): number {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((files[middle] as Placed).offset <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
