import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodedError } from '../../../protocol/index.ts';
import { numberName } from '../../files/names.ts';

/** A name that nobody else has, beside where the whole will stand: on the same disk, so that giving it its name copies nothing. */
export const partBeside = (target: string): string => join(dirname(target), `.corrillo-${randomBytes(6).toString('hex')}.part`);

/** So many of one name in one folder, and it is somebody else's mistake. */
const MOST = 10_000;
/**
 * What disks without second names say: FAT, some of the network. exFAT under Windows says EISDIR (nodejs/node#65817), shared storage of phones EACCES; where
 * it really is the folder that one may not write to, the other way says so too.
 */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV', 'EISDIR', 'EACCES']);

/** `report.pdf`, then `report (2).pdf`. */
function* namesLike(target: string): Generator<string> {
  yield target;
  for (let count = 2; count < MOST; count++) yield join(dirname(target), numberName(basename(target), count));
}

/**
 * Gives a whole file its name, or the next one that is free. Never does it take the place of another. Resolves with the name.
 * @param giveName as `link` does: fails with EEXIST where the name is taken
 */
export function placeFile(part: string, target: string, giveName: typeof link = link): Promise<string> {
  return firstFree(target, async (name) => {
    try {
      await giveName(part, name);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // It has this name already: somebody pulled the plug in between.
      if (code === 'EEXIST' && (await isSame(part, name))) return unlink(part);
      if (!NO_LINKS.has(code)) throw error;
      await claimAndRename(part, name);
      return;
    }
    await unlink(part);
  });
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => lstat(path, { bigint: true })));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** Without second names: an empty file of ours holds the place, and is replaced only while it is still that one. */
async function claimAndRename(part: string, name: string): Promise<void> {
  const claim = await open(name, 'wx');
  try {
    const [mine, there] = [await claim.stat({ bigint: true }), await lstat(name, { bigint: true })];
    if (mine.ino !== there.ino || mine.dev !== there.dev || there.size !== 0n) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
  } finally {
    await claim.close();
  }
  try {
    await rename(part, name);
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
}

/** The same for a folder: an empty one of ours holds the place. */
export function placeFolder(part: string, target: string): Promise<string> {
  return firstFree(target, async (name) => {
    await mkdir(name);
    try {
      // Windows replaces no folder, not even an empty one.
      if (process.platform === 'win32') await rmdir(name);
      await rename(part, name);
    } catch (error) {
      await rmdir(name).catch(() => {});
      throw error;
    }
  });
}

async function firstFree(target: string, take: (name: string) => Promise<void>): Promise<string> {
  for (const name of namesLike(target)) {
    try {
      await take(name);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new CodedError('target_not_writable', { path: target, because: 'EEXIST' });
}
