import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import { CodedError, decodeValue, encodeValue } from '../../protocol/index.ts';
import type { Blob, BlobReader, BlobStore } from '../blobs/blob-store.ts';
import { createDiskBlobWriter } from './disk-blob-writer.ts';
import { guardDisk as guard } from './disk-faults.ts';
import { type LmdbFile, openLmdbFile } from './lmdb-file.ts';

/** A folder of blobs: `index/` knows how much of each counts, `blobs/` has a file a blob, named by its id. */
export interface DiskBlobs {
  readonly store: BlobStore;
  /** Waits for what is being written to the index. */
  close(): Promise<void>;
}

type Record = Omit<Blob, 'id'>;

/**
 * How much of a blob counts stands in LMDB and not beside it: one commit moves offset, length and time together or not at all, and
 * creating, looking for and counting blobs touches no folder. The bytes are synced before the index says that they are there.
 * @param path a folder that belongs to this process alone
 * @throws CodedError `storage_failed`, `data_damaged`
 */
export async function openDiskBlobs(path: string): Promise<DiskBlobs> {
  const folder = join(path, 'blobs');
  await guard(makeFolder(join(path, 'index')));
  await guard(makeFolder(folder));
  const index = openLmdbFile(join(path, 'index'));
  const fileOf = (id: string): string => join(folder, id);
  await guard(removeStrays(folder, index));

  const find = (id: string): Blob | undefined => {
    const bytes = index.db.get(['b', id]);
    return bytes && { id, ...(decodeValue(bytes) as Record) };
  };
  const put = ({ id, ...record }: Blob): void => void index.db.putSync(['b', id], encodeValue(record));
  /** Changes what is there when its turn comes; undefined where it is gone by then. */
  const change = (id: string, next: (blob: Blob) => Blob): Promise<Blob | undefined> =>
    guard(
      index.write(() => {
        const blob = find(id);
        const changed = blob && next(blob);
        if (changed) put(changed);
        return changed;
      }),
    );

  const store: BlobStore = {
    async *list() {
      for (const { key, value } of index.db.getRange({ start: ['b'], end: ['c'] })) {
        yield { id: key[1] as string, ...(decodeValue(value) as Record) };
      }
    },
    find: async (id) => find(id),
    create: (blob) => guard(index.write(() => put(blob))),
    async append(id) {
      const blob = find(id);
      if (!blob) throw new CodedError('unknown_file');
      const handle = await guard(openForAppending(fileOf(id), blob.offset));
      let placed = blob.offset > 0;
      return createDiskBlobWriter(handle, blob.offset, async (offset, length, touched) => {
        if (!placed) await guard(syncFolder(folder));
        placed = true;
        const changed = await change(id, (known) => ({ ...known, offset, length, touched }));
        if (!changed) throw new CodedError('unknown_file');
        return changed;
      });
    },
    read: async (id) => createReader(await guard(open(fileOf(id), 'r'))),
    async keep(id) {
      await change(id, (blob) => ({ ...blob, kept: true }));
    },
    async remove(id) {
      // First the line: a file that nobody knows of is taken away when the relay starts, a line without its file would be damage.
      await guard(index.write(() => void index.db.removeSync(['b', id])));
      await guard(rm(fileOf(id), { force: true }));
    },
  };
  return { store, close: index.close };
}

/** The relay died between taking a blob out of the index and removing its file. */
async function removeStrays(folder: string, { db }: LmdbFile): Promise<void> {
  for (const name of await readdir(folder)) if (!db.doesExist(['b', name])) await rm(join(folder, name), { force: true });
}

/** What stands behind `offset` was never acknowledged. */
async function openForAppending(file: string, offset: number): Promise<FileHandle> {
  const handle = await open(file, offset === 0 ? 'w' : 'r+', 0o600);
  try {
    const { size } = await handle.stat();
    if (size < offset) throw new CodedError('storage_failed', { because: 'a blob is shorter than the index says' });
    if (size > offset) await handle.truncate(offset);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A new file is in its folder for good only when the folder is synced. Systems that cannot open a folder see to it themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function createReader(handle: FileHandle): BlobReader {
  return {
    async read(target, position) {
      let filled = 0;
      while (filled < target.length) {
        const { bytesRead } = await guard(handle.read(target, filled, target.length - filled, position + filled));
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    close: () => handle.close(),
  };
}
