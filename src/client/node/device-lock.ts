import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { CodedError } from '../../protocol/index.ts';

/**
 * One writer per device: a bound socket in the data folder (a named pipe on Windows). It is free the moment its process
 * is gone, however it went, and it is where a second program will ask for take-over.
 */
export interface DeviceLock {
  release(): Promise<void>;
}

/** @throws CodedError `data_in_use` */
export async function lockDevice(folder: string): Promise<DeviceLock> {
  const path = await socketPath(folder);
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = await listen(path);
    if (server) return { release: () => new Promise((resolve) => void server.close(() => resolve())) };
    if (await answers(path)) throw new CodedError('data_in_use', { path: folder });
    // Left behind by a process that was killed: nobody is behind it.
    await rm(path, { force: true });
  }
  throw new CodedError('data_in_use', { path: folder });
}

/** Socket paths end at about 100 bytes: a deep folder gets a short name in the system's place for such things. */
async function socketPath(folder: string): Promise<string> {
  const real = await realpath(folder);
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\corrillo-${digest}`;
  // Linux has names that live without a file and go with their process.
  if (process.platform === 'linux') return `\0corrillo-${process.getuid?.() ?? 0}-${digest}`;
  const plain = join(real, 'lock');
  return Buffer.byteLength(plain) < 100 ? plain : join('/tmp', `corrillo-${process.getuid?.() ?? 0}-${digest}`);
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    // Who only looks whether somebody is here goes without a goodbye: an error of its socket must not end this program.
    const server = createServer((socket) => void socket.on('error', () => {}).end('corrillo\n'));
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
