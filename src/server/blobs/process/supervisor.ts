import { type ChildProcess, fork } from 'node:child_process';
import { CodedError } from '../../../protocol/index.ts';
import type { Clock } from '../../clock.ts';
import type { TlsMaterial } from '../../listeners/native.ts';
import { FILE_LIMITS } from '../file-limits.ts';
import { createRevocations, type Bearer } from '../tickets.ts';
import { findEntry } from './find-entry.ts';
import type { FileProcessStart, FromFileProcess, ToFileProcess } from './messages.ts';

/** The file process as the relay sees it: there from start to stop, however often it has to be started again. */
export interface FileProcess {
  readonly port: number;
  /** The default port was busy. */
  readonly moved: boolean;
  /** Process id; undefined between two of them. */
  readonly pid: number | undefined;
  renew(tls: TlsMaterial): void;
  /** The device is in this room no more. */
  revoke(bearer: Bearer): void;
  stop(): Promise<void>;
}

export interface FileProcessEvents {
  /** It died and is being started again in `ms`. */
  onDeath(ms: number): void;
  onBack(): void;
  onLog(line: string): void;
}

/** What is known when the relay starts; the rest is what has happened since. */
export type FileProcessOptions = Omit<FileProcessStart, 'revoked'>;

/** One that does not say that it listens, and one that does not stop, is killed after this time, ms. */
const STARTING_TIME = 30_000;
const STOPPING_TIME = 5_000;
/** Waits before it is started again; one that ran for `GOOD_TIME` begins anew with the first. */
const BACKOFF = [100, 500, 2_000, 5_000, 15_000, 30_000] as const;
const GOOD_TIME = 60_000;
/** The end of what a dead one said on standard error. */
const LAST_WORDS = 2_000;

/** Rejects with the CodedError by which its first start failed. */
export async function startFileProcess(options: FileProcessOptions, clock: Clock, events: FileProcessEvents): Promise<FileProcess> {
  const revocations = createRevocations(FILE_LIMITS.ticketTime, FILE_LIMITS.revocations);
  let { tls } = options;
  let stopped = false;
  let cancel = (): void => {};
  let failures = 0;
  let port = options.port;

  const begin = () => launch({ ...options, tls, port, revoked: revocations.list(clock.now()) }, events.onLog);
  let current: Launched | undefined = begin();
  const { port: opened, moved } = await current.listening;
  // The same one from here on: it stands in tickets and firewalls.
  port = { requested: opened, preferred: opened };
  let since = clock.now();
  void current.ended.then(restart);

  function restart(): void {
    current = undefined;
    if (stopped) return;
    if (Math.abs(clock.now() - since) > GOOD_TIME) failures = 0;
    const wait = BACKOFF[Math.min(failures++, BACKOFF.length - 1)] as number;
    events.onDeath(wait);
    cancel = clock.after(wait, () => {
      const next = begin();
      current = next;
      next.listening.then(
        () => {
          since = clock.now();
          events.onBack();
        },
        (error: unknown) => {
          events.onLog(`! files ${error instanceof CodedError ? error.code : String(error)}`);
          next.kill();
        },
      );
      void next.ended.then(restart);
    });
  }

  return {
    port: opened,
    moved,
    get pid() {
      return current?.pid;
    },
    renew(next) {
      tls = next;
      current?.tell({ kind: 'renew', tls });
    },
    revoke(bearer) {
      const revocation = { ...bearer, at: clock.now() };
      revocations.add(revocation);
      current?.tell({ kind: 'revoke', revocation });
    },
    async stop() {
      stopped = true;
      cancel();
      const last = current;
      if (!last) return;
      last.tell({ kind: 'stop' });
      const timer = setTimeout(last.kill, STOPPING_TIME);
      await last.ended;
      clearTimeout(timer);
    },
  };
}

interface Launched {
  readonly pid: number | undefined;
  /** Rejects with a CodedError; then it ends, or has ended. */
  readonly listening: Promise<{ readonly port: number; readonly moved: boolean }>;
  readonly ended: Promise<void>;
  tell(message: ToFileProcess): void;
  kill(): void;
}

function launch(start: FileProcessStart, onLog: (line: string) => void): Launched {
  const { path, execArgv } = findEntry();
  const child = fork(path, [], { execArgv: [...execArgv], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  const tell = (message: ToFileProcess): void => {
    // What cannot be told any more is told to the next one when it starts.
    if (child.connected) child.send(message, () => {});
  };
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = `${lastWords}${String(chunk)}`.slice(-LAST_WORDS)));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      if (lastWords !== '') onLog(`! files ${lastWords.trim().split('\n').slice(0, 6).join(' | ')}`);
      resolve();
    });
    // Without a process there is no exit.
    child.once('error', () => child.pid === undefined && resolve());
  });
  const listening = awaitListening(child, ended, onLog);
  listening.catch(kill);
  tell({ kind: 'start', start });
  return { pid: child.pid, listening, ended, tell, kill };
}

function awaitListening(child: ChildProcess, ended: Promise<void>, onLog: (line: string) => void): Launched['listening'] {
  return new Promise((resolve, reject) => {
    const fail = (because: string): void => reject(new CodedError('files_failed', { because }));
    const timer = setTimeout(() => fail('it did not start in time'), STARTING_TIME);
    child.on('error', (error) => fail(error.message.slice(0, 120)));
    void ended.then(() => {
      clearTimeout(timer);
      fail('it ended while it was starting');
    });
    child.on('message', (message: FromFileProcess) => {
      if (message.kind === 'log') return onLog(message.line);
      clearTimeout(timer);
      if (message.kind === 'listening') resolve(message);
      else reject(new CodedError(message.code, message.detail));
    });
  });
}
