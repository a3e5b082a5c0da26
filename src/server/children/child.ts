import { type ChildProcess, fork } from 'node:child_process';
import { CodedError } from '../../protocol/index.ts';
import type { Clock } from '../clock.ts';
import { type ChildEntry, findEntry } from './find-entry.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';

/** What each process of the relay's says, beside what is its own business. */
export type FromChild =
  | { readonly kind: 'listening'; readonly port: number; readonly moved: boolean }
  | { readonly kind: 'failed'; readonly code: string; readonly detail: Readonly<Record<string, string | number>> }
  /** For the host's log; holds no names, keys or ids. */
  | { readonly kind: 'log'; readonly line: string }
  /** Its event loop turns. */
  | { readonly kind: 'pong' };

/** What each of them is told, beside its own business. */
export type ToEachChild = { readonly kind: 'ping' };

/** One process, from start to end. */
export interface Child<To> {
  readonly pid: number | undefined;
  /** Rejects with a CodedError; then it ends, or has ended. */
  readonly listening: Promise<{ readonly port: number; readonly moved: boolean }>;
  readonly ended: Promise<void>;
  tell(message: To): void;
  kill(): void;
}

export interface ChildKind {
  readonly entry: ChildEntry;
  /** In lines of the log. */
  readonly name: string;
  /** Code of what has none of its own, with {because}. */
  readonly failure: string;
}

/** One that does not say that it listens is killed after this time, ms. */
const STARTING_TIME = 30_000;
/** The end of what a dead one said on standard error. */
const LAST_WORDS = 2_000;

/** One that hangs is killed. @param hear whatever it says that is not common to all */
export function launch<To extends object, From extends { readonly kind: string }>(
  kind: ChildKind,
  start: To,
  { clock, onLog }: { readonly clock: Clock; readonly onLog: (line: string) => void },
  hear: (message: From) => void = () => {},
): Child<To> {
  const { path, execArgv } = findEntry(kind.entry);
  const child = fork(path, [], { execArgv: [...execArgv], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  const tell = (message: To | ToEachChild): void => {
    // What cannot be told any more is told to the next one when it starts.
    if (child.connected) child.send(message, () => {});
  };
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = `${lastWords}${String(chunk)}`.slice(-LAST_WORDS)));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      if (lastWords !== '') onLog(`! ${kind.name} ${lastWords.trim().split('\n').slice(0, 6).join(' | ')}`);
      resolve();
    });
    // Without a process there is no exit.
    child.once('error', () => child.pid === undefined && resolve());
  });
  let heartbeat: Heartbeat | undefined;
  const listening = awaitListening(kind, child, ended, { onLog, hear, onPong: () => heartbeat?.hear() });
  listening.then(watch, kill);
  void ended.then(() => heartbeat?.stop());
  tell(start);
  return { pid: child.pid, listening, ended, tell, kill };

  function watch(): void {
    heartbeat = createHeartbeat(
      clock,
      () => tell({ kind: 'ping' }),
      (seconds) => {
        onLog(`! ${kind.name} did not answer for ${seconds} s and was ended`);
        kill();
      },
    );
  }
}

function awaitListening<From extends { readonly kind: string }>(
  kind: ChildKind,
  child: ChildProcess,
  ended: Promise<void>,
  { onLog, hear, onPong }: { onLog(line: string): void; hear(message: From): void; onPong(): void },
): Child<never>['listening'] {
  return new Promise((resolve, reject) => {
    const fail = (because: string): void => reject(new CodedError(kind.failure, { because }));
    const timer = setTimeout(() => fail('it did not start in time'), STARTING_TIME);
    child.on('error', (error) => fail(error.message.slice(0, 120)));
    void ended.then(() => {
      clearTimeout(timer);
      fail('it ended while it was starting');
    });
    child.on('message', (message: FromChild | From) => {
      if (isCommon(message)) {
        if (message.kind === 'log') return onLog(message.line);
        if (message.kind === 'pong') return onPong();
        clearTimeout(timer);
        if (message.kind === 'listening') resolve(message);
        else reject(new CodedError(message.code, message.detail));
      } else hear(message);
    });
  });
}

const COMMON: readonly string[] = ['listening', 'failed', 'log', 'pong'] satisfies readonly FromChild['kind'][];
const isCommon = (message: FromChild | { readonly kind: string }): message is FromChild => COMMON.includes(message.kind);
