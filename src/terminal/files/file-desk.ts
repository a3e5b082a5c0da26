import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Client, FileItem, FileSink } from '../../client/index.ts';
import { createFileSink, createFolderSink, openSource, prepareDownloads } from '../../client/node/index.ts';
import { safeFileName } from '../../client/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { expandHome, readTypedPaths, splitWords } from './typed-paths.ts';

/** Where files go that nobody named a place for, below the folder the program was started in. */
export const DOWNLOADS = 'downloads';

export interface Begun {
  readonly transfer: string;
  readonly name: string;
  /** Links and the like in a folder, which are not sent. */
  readonly left: number;
}

/** Begins to send what a person typed, all of it or nothing. */
export async function beginUploads(client: Client, room: string, typed: string): Promise<readonly Begun[]> {
  return sendAll(client, room, await readTypedPaths(typed, isThere));
}

async function sendAll(client: Client, room: string, paths: readonly string[]): Promise<readonly Begun[]> {
  const sources = [];
  try {
    for (const path of paths) sources.push(await openTyped(path));
  } catch (error) {
    await Promise.all(sources.map((source) => source.close()));
    throw error;
  }
  const begun: Begun[] = [];
  for (const source of sources) {
    begun.push({ transfer: await client.files.upload(room, source), name: source.name, left: source.left });
  }
  return begun;
}

/** @throws CodedError `no_such_path`, and what `openSource` says */
export async function openTyped(path: string): Promise<Awaited<ReturnType<typeof openSource>>> {
  try {
    return await openSource(path);
  } catch (error) {
    // Nobody has begun to send it: it is how it was written.
    if (error instanceof CodedError && error.code === 'source_gone') throw new CodedError('no_such_path', { path });
    throw error;
  }
}

/** Begins to fetch a file or folder into a directory, as it was typed. */
export async function beginDownload(client: Client, item: FileItem, room: string, typed: string): Promise<string> {
  return client.files.download(
    room,
    item.file.id,
    await sinkFor(client, room, item, join(directoryOf(typed), safeFileName(item.file.name))),
  );
}

/** A new file, or a new folder, that will be called `target` where that is free. */
export async function sinkFor(client: Client, room: string, { file }: FileItem, target: string): Promise<FileSink> {
  const path = resolve(target);
  await prepareDownloads(path);
  if (file.files === null) return createFileSink(path, file.size);
  return createFolderSink(path, await client.files.index(room, file.id));
}

function directoryOf(typed: string): string {
  if (typed.trim() === '') return DOWNLOADS;
  const [only, more] = splitWords(typed);
  // A folder that is not there yet may have spaces in its name too.
  return expandHome(only && !more && !only.quote ? only.text : typed);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
