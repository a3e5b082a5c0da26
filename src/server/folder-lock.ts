import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { CodedError } from '../protocol/index.ts';

/** A socket's path may have this many bytes: 108 with its zero on Linux, 104 on macOS. */
const LONGEST_PATH = 103;
const PROBE_TIME = 2_000;
const TRIES = 5;

/**
 * Takes a folder for this process: a bound socket, which the system frees when the process dies, however it dies.
 * @param folder its real path
 * @returns release
 * @throws CodedError `data_in_use`, `data_not_writable`
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = await findSocketPath(folder, 'lock');
  for (let i = 0; i < TRIES; i++) {
    const server = await bind(path, folder);
    if (server) return () => new Promise((resolve) => server.close(() => resolve()));
    const before = await stat(path).catch(() => undefined);
    if (before && (await answers(path))) throw new CodedError('data_in_use', { path: folder });
    if (before && process.platform !== 'win32') await putAway(path, before.ino);
  }
  throw new CodedError('data_in_use', { path: folder });
}

/**
 * Where a socket of this folder is bound. Only this user can get there.
 * @throws CodedError `data_not_writable`
 */
export async function findSocketPath(folder: string, name: 'lock' | 'door'): Promise<string> {
  const place = name === 'lock' ? folder : `${folder}\0${name}`;
  const digest = createHash('sha256').update(place).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\corrillo-${digest}`;
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
  // A fixed place and not TMPDIR: two processes with different environments must meet at the same path.
  const user = process.getuid?.() ?? 0;
  const shared = `/tmp/corrillo-${user}`;
  await mkdir(shared, { mode: 0o700 }).catch(() => {});
  const { mode, uid, isDirectory } = await lstat(shared).then((found) => ({
    mode: found.mode,
    uid: found.uid,
    isDirectory: found.isDirectory(),
  }));
  // Somebody else who made it could put sockets of its own there.
  if (!isDirectory || uid !== user || (mode & 0o077) !== 0) throw new CodedError('data_not_writable', { path: shared, reason: 'EACCES' });
  return join(shared, digest);
}

/** @returns undefined where something is bound there, or was. */
function bind(path: string, folder: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve(undefined);
      else reject(new CodedError('data_not_writable', { path: folder, reason: code ?? 'unknown' }));
    });
    server.listen(path, () => resolve(server));
  });
}

/** Does somebody live behind the socket? */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    // A process that is stopped accepts nothing, and is alive.
    socket.setTimeout(PROBE_TIME, () => settle(true));
    socket.once('connect', () => settle(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => settle(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}

/**
 * Takes the socket of a dead process away, and only that: of two that come at once the slower could otherwise take
 * away the one that the faster has just bound.
 */
async function putAway(path: string, inode: number): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await stat(aside)).ino === inode) await rm(aside);
  else await rename(aside, path).catch(() => {});
}
