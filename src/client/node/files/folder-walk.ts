import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stampOf } from './watched-file.ts';

/** What a folder holds, in no order. */
export interface Found {
  /** Below the folder, `/` between its parts, and at the end of an empty folder. */
  readonly path: string;
  readonly size: number;
  /** ms since 1970 */
  readonly modified: number;
  readonly stamp: string;
}

export interface Walk {
  readonly found: readonly Found[];
  /** Links, devices, sockets, and names that are no text: not taken along. */
  readonly left: number;
}

/** Files that are looked at side by side. */
const AT_ONCE = 32;

/** Looks through a folder, no further than to one file more than `most`. Links are not followed: they may lead anywhere. */
export async function walkFolder(root: string, most: number): Promise<Walk> {
  const found: Found[] = [];
  let left = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && found.length <= most; folder = folders.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    if (entries.length === 0 && folder !== '') found.push({ ...describe(await look(root, folder)), path: folder, size: 0 });
    const files: string[] = [];
    for (const entry of entries) {
      const path = folder + entry.name;
      if (entry.isDirectory()) folders.push(`${path}/`);
      else if (entry.isFile()) files.push(path);
      else left += 1;
    }
    for (let at = 0; at < files.length && found.length <= most; at += AT_ONCE) {
      const some = await Promise.all(files.slice(at, at + AT_ONCE).map((path) => look(root, path)));
      for (const one of some) {
        if (one.stats?.isFile()) found.push(describe(one));
        else left += 1;
      }
    }
  }
  return { found, left };
}

interface Looked {
  readonly path: string;
  /** Undefined where it went meanwhile, or its name is no text and cannot be said. */
  readonly stats: BigIntStats | undefined;
}

async function look(root: string, path: string): Promise<Looked> {
  try {
    return { path, stats: await lstat(join(root, path), { bigint: true }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { path, stats: undefined };
  }
}

const describe = ({ path, stats }: Looked): Found => ({
  path,
  size: Number(stats?.size ?? 0),
  modified: Math.max(0, Math.trunc(Number(stats?.mtimeMs ?? 0))),
  stamp: stats ? stampOf(stats) : '',
});
