import { chmod, cp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, readIfThere, writePrivately } from '../files/index.ts';
import { CodedError } from '../protocol/index.ts';
import { lockFolder } from './folder-lock.ts';

/** Format of the data folder: raise it with a migration in the table below whenever an older program could not read it. */
const FORMAT = 1;

/** Folder of the blobs. */
export const BLOB_FOLDER = 'server_storage';

/** What brings a folder of this format to the next. */
export type Migrations = Readonly<Record<number, (folder: string) => Promise<void>>>;

const MIGRATIONS: Migrations = {};

/** A folder that belongs to this process alone until it is released, in this program's format. */
export interface DataFolder {
  readonly path: string;
  /** Path of a file in it. */
  file(name: string): string;
  /** Path of a folder in it that only this user may enter; made where it is not there. Rejects like `openDataFolder`. */
  privateFolder(name: string): Promise<string>;
  release(): Promise<void>;
}

/**
 * @throws CodedError `data_not_writable` {path}, `data_in_use` {path}, `data_too_new` {path, format}, `data_damaged` {path}
 */
export async function openDataFolder(folder: string, format: number = FORMAT, migrations: Migrations = MIGRATIONS): Promise<DataFolder> {
  const path = await guard(folder, async () => {
    await makeFolder(folder);
    return realpath(folder);
  });
  const release = await lockFolder(path);
  try {
    await guard(path, () => bringUpToDate(path, format, migrations));
    return {
      path,
      release,
      file: (name) => join(path, name),
      privateFolder: (name) => guard(path, () => makePrivateFolder(join(path, name))),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function bringUpToDate(path: string, format: number, migrations: Migrations): Promise<void> {
  const file = join(path, 'format');
  const found = await readFormat(file);
  if (found === undefined) return writePrivately(file, `${format}\n`);
  if (found > format) throw new CodedError('data_too_new', { path, format: found });
  if (found === format) return;
  await copyAside(path, found);
  for (let from = found; from < format; from++) {
    await migrations[from]?.(path);
    await writePrivately(file, `${from + 1}\n`);
  }
}

/** Rights are set here and not on the whole: a folder that was merely named may be anybody's, /tmp for one. */
async function makePrivateFolder(path: string): Promise<string> {
  await makeFolder(path);
  await chmod(path, 0o700);
  return path;
}

async function readFormat(file: string): Promise<number | undefined> {
  const text = (await readIfThere(file))?.toString().trim();
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new CodedError('data_damaged', { path: file });
  return Number(text);
}

/** A copy beside the folder, for whoever has to go back to the older program. One per format: the first is the one that is whole. */
async function copyAside(path: string, format: number): Promise<void> {
  const copy = join(dirname(path), `${basename(path)}.format-${format}`);
  const there = await readdir(copy).catch(() => undefined);
  if (there) return;
  const draft = `${copy}.draft`;
  await rm(draft, { recursive: true, force: true });
  // Sockets cannot be copied, and the lock must not be. Blobs may be larger than what is left of the disk, and no format of ours changes them.
  await cp(path, draft, { recursive: true, preserveTimestamps: true, filter: (source) => !NOT_COPIED.has(basename(source)) });
  await rename(draft, copy);
}

const NOT_COPIED = new Set(['lock', BLOB_FOLDER]);

async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CodedError || !UNWRITABLE.has(code ?? '')) throw error;
    throw new CodedError('data_not_writable', { path, reason: code as string });
  }
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'EDQUOT', 'ELOOP', 'ENAMETOOLONG']);
