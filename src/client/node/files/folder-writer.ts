import { type FileHandle, mkdir, open, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';
import { writeAll } from './file-sink.ts';

/** A folder's plaintext on its way into files. */
export interface FolderWriter {
  /** Goes on at this offset of the whole; false where what should be there before it is not. */
  begin(offset: number): Promise<boolean>;
  /** Their memory may be used again when it resolves. */
  put(bytes: Uint8Array): Promise<void>;
  /** All that was put is on disk. */
  sync(): Promise<void>;
  /** After the last byte: what has none of its own. Rejects with `file_damaged` where something is missing. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Files that are being brought to disk side by side: a disk takes many at once in little more time than one. */
const AT_ONCE = 8;
/** Files above it are not waited for as a whole, but written as they come. */
const SMALL = 1024 * 1024;
const LOOKED_AT_ONCE = 32;

export function createFolderWriter(root: string, entries: readonly FolderEntry[]): FolderWriter {
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  // The index comes first; a folder without a file has nothing else.
  const start = entries[0]?.offset ?? Number.POSITIVE_INFINITY;
  const made = new Map<string, Promise<unknown>>();
  const jobs = new Set<Promise<void>>();
  let fault: { readonly error: unknown } | undefined;
  let position = 0;
  /** The file that the next byte belongs to, and its handle where it is written piece by piece. */
  let at = 0;
  let current: FileHandle | undefined;

  function pathOf({ path }: FolderEntry): string {
    const parts = path.split('/');
    // The names were made harmless long before. Whoever forgot to gets nothing out of this folder.
    if (parts.some((name, i) => name === '..' || name === '.' || (name === '' && i < parts.length - 1) || /[\\\0]/.test(name)))
      throw new CodedError('file_damaged');
    return join(root, ...parts);
  }

  function makeFolderOf(path: string): Promise<unknown> {
    const folder = dirname(path);
    const known = made.get(folder) ?? mkdir(folder, { recursive: true });
    made.set(folder, known);
    return known;
  }

  /** Brings a file to disk while the next one is begun. */
  async function inBackground(work: () => Promise<void>): Promise<void> {
    if (fault) throw fault.error;
    const job: Promise<void> = work().catch((error: unknown) => {
      fault ??= { error };
    });
    jobs.add(job);
    void job.then(() => jobs.delete(job));
    if (jobs.size >= AT_ONCE) await Promise.race(jobs);
  }

  async function complete(file: FileHandle, entry: FolderEntry): Promise<void> {
    try {
      const modified = entry.modified / 1000;
      // A time that this disk cannot hold is no reason to have no file.
      await file.utimes(modified, modified).catch(() => {});
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async function writeWhole(entry: FolderEntry, bytes: Uint8Array): Promise<void> {
    const path = pathOf(entry);
    await makeFolderOf(path);
    const file = await open(path, 'w');
    try {
      await writeAll(file, bytes, 0);
    } catch (error) {
      await file.close();
      throw error;
    }
    await complete(file, entry);
  }

  async function writePart(entry: FolderEntry, bytes: Uint8Array, within: number): Promise<void> {
    if (!current) {
      const path = pathOf(entry);
      await makeFolderOf(path);
      current = await open(path, within === 0 ? 'w' : 'r+');
    }
    await writeAll(current, bytes, within);
    if (within + bytes.length < entry.size) return;
    const file = current;
    current = undefined;
    await inBackground(() => complete(file, entry));
  }

  /** Files without a byte get no turn of their own. */
  async function passEmpty(): Promise<void> {
    for (let entry = files[at]; entry && entry.size === 0 && entry.offset <= position; entry = files[++at]) {
      const empty = entry;
      await inBackground(() => writeWhole(empty, new Uint8Array()));
    }
  }

  async function isThere(entry: FolderEntry): Promise<boolean> {
    const stats = await stat(pathOf(entry)).catch(() => undefined);
    return stats?.isFile() === true && stats.size === entry.size;
  }

  async function allThere(before: readonly FolderEntry[]): Promise<boolean> {
    for (let i = 0; i < before.length; i += LOOKED_AT_ONCE) {
      const some = await Promise.all(before.slice(i, i + LOOKED_AT_ONCE).map(isThere));
      if (some.includes(false)) return false;
    }
    return true;
  }

  return {
    async begin(offset) {
      position = offset;
      const next = files.findIndex(({ offset: from, size }) => (size === 0 ? from >= offset : from + size > offset));
      at = next < 0 ? files.length : next;
      if (!(await allThere(files.slice(0, at)))) return false;
      const entry = files[at];
      const within = entry ? offset - entry.offset : 0;
      if (!entry || within <= 0) return true;
      try {
        current = await open(pathOf(entry), 'r+');
        if ((await current.stat()).size < within) return false;
        await current.truncate(within);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw error;
      }
    },
    async put(bytes) {
      let rest = bytes;
      const skipped = Math.max(0, Math.min(start - position, rest.length));
      position += skipped;
      rest = rest.subarray(skipped);
      while (rest.length > 0) {
        await passEmpty();
        const entry = files[at];
        if (!entry) throw new CodedError('file_damaged');
        const within = position - entry.offset;
        const part = rest.subarray(0, entry.size - within);
        const whole = part.length === entry.size && part.length <= SMALL;
        const copy = whole ? Uint8Array.from(part) : part;
        // Copied: it is written while the next come, whose memory is the same.
        if (whole) await inBackground(() => writeWhole(entry, copy));
        else await writePart(entry, part, within);
        position += part.length;
        rest = rest.subarray(part.length);
        if (within + part.length === entry.size) at += 1;
      }
    },
    async sync() {
      await passEmpty();
      await Promise.all(jobs);
      if (fault) throw fault.error;
      await current?.datasync();
    },
    async finish() {
      if (at < files.length) throw new CodedError('file_damaged');
      for (const entry of entries) {
        if (!entry.path.endsWith('/')) continue;
        const path = pathOf(entry);
        await mkdir(path, { recursive: true });
        await utimes(path, entry.modified / 1000, entry.modified / 1000).catch(() => {});
      }
    },
    async close() {
      await Promise.all(jobs);
      await current?.close().catch(() => {});
      current = undefined;
    },
  };
}
