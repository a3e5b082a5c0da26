import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { writePrivately } from '../../files/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { ask, type Holder, hear, isThere, TOKEN_FILE } from './device-asking.ts';
import { socketPath } from './device-place.ts';

/**
 * One writer per device: a bound socket in the person's place for such things (a named pipe on Windows). It is free the moment its
 * process is gone, however it went, and it is where a second program asks for take-over.
 */
export interface DeviceLock {
  /** What was half typed where the device was taken over from. */
  readonly draft: string;
  /**
   * Another program of this person wants to go on with the device. `give` stores what there is and closes the store; it resolves with the line
   * that was being typed, and only then the other one is told.
   */
  onAsked(give: () => Promise<string>): void;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Asks who holds it to let go. */
  readonly takeOver?: boolean | undefined;
  /** Where this program runs, for whoever finds the device held. */
  readonly terminal?: string | undefined;
}

/** Asked at once more than this, it is no person who asks. */
const ASKERS = 8;

/** @throws CodedError `data_in_use {path, pid?, terminal?, since?}`, `holder_silent` */
export async function lockDevice(folder: string, { takeOver = false, terminal = '' }: LockOptions = {}): Promise<DeviceLock> {
  const path = await socketPath(folder);
  const token = randomBytes(16).toString('hex');
  const holding = holdFor({ pid: process.pid, terminal, since: Date.now() }, token);
  let draft: string | undefined;
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = await listen(path, holding.serve);
    if (server) {
      await writePrivately(join(folder, TOKEN_FILE), token);
      return { draft: draft ?? '', onAsked: holding.onAsked, release: () => new Promise((resolve) => void server.close(() => resolve())) };
    }
    if (!(await isThere(path))) {
      // Left behind by a process that was killed: nobody is behind it.
      await rm(path, { force: true });
      continue;
    }
    if (!takeOver || draft !== undefined) break;
    draft = await ask(path, folder);
  }
  throw new CodedError('data_in_use', { path: folder, ...(await hear(path, folder)) });
}

type Serve = Parameters<typeof createServer>[1];

/** Answers those who ask who is here, and lets go of the device once. */
function holdFor(holder: Holder, token: string): { serve: NonNullable<Serve>; onAsked: DeviceLock['onAsked'] } {
  let begin: (give: () => Promise<string>) => void = () => {};
  const ready = new Promise<() => Promise<string>>((resolve) => (begin = resolve));
  // Whoever asks first gets the draft; of a second one nothing is left to give.
  let given: Promise<string> | undefined;
  return {
    onAsked: (give) => begin(give),
    serve(socket) {
      // Who only looks whether somebody is here goes without a goodbye: an error of its socket must not end this program.
      socket.on('error', () => socket.destroy());
      socket.setTimeout(REQUEST_TIME, () => socket.destroy());
      let heard = '';
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString('latin1');
        if (heard.length > LONGEST_REQUEST) return void socket.destroy();
        const end = heard.indexOf('\n');
        if (end < 0) return;
        socket.removeAllListeners('data');
        const { token: shown, take } = readRequest(heard.slice(0, end));
        // On Linux anybody on this machine can connect: only this person can read the token.
        if (shown !== token) return void socket.end('{"error":"not_allowed"}\n');
        if (!take) return void socket.end(`${JSON.stringify(holder)}\n`);
        socket.setTimeout(0);
        const first = given === undefined;
        given ??= ready.then((give) => give());
        given.then(
          (draft) => {
            socket.setTimeout(REQUEST_TIME, () => socket.destroy());
            socket.end(`${JSON.stringify({ draft: first ? draft.slice(0, LONGEST_DRAFT) : '' })}\n`);
          },
          () => socket.destroy(),
        );
      });
    },
  };
}

const REQUEST_TIME = 3_000;
const LONGEST_REQUEST = 1_024;
const LONGEST_DRAFT = 64 * 1024;

function readRequest(line: string): { token?: unknown; take: boolean } {
  try {
    const { token, take } = JSON.parse(line) as { token?: unknown; take?: unknown };
    return { token, take: take === true };
  } catch {
    return { take: false };
  }
}

function listen(path: string, serve: NonNullable<Serve>): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer(serve);
    server.maxConnections = ASKERS;
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}
