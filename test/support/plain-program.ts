import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A program of ours whose words are read as a person reads them. */
export interface PlainProgram {
  /** What it printed so far, faults among it. */
  text(): string;
  /** Resolves with the match once it is printed; rejects when the program ends first, or says nothing of the kind in time. */
  untilText(pattern: RegExp): Promise<RegExpMatchArray>;
  kill(signal?: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js');
const PATIENCE = 40_000;

export function startPlainProgram(parameters: readonly string[], env: NodeJS.ProcessEnv = {}): PlainProgram {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: '', CORRILLO_INVITE: undefined, PORT: undefined, ...env },
  });
  let printed = '';
  const watchers = new Set<() => void>();
  const look = () => watchers.forEach((watcher) => watcher());
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk;
      look();
    });
  }
  let ended = false;
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
      look();
    });
  });
  onTestFinished(async () => {
    if (!ended) child.kill('SIGKILL');
    await exit;
  });
  return {
    text: () => printed,
    exit,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    untilText: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const match = printed.match(pattern);
          if (match) finish(() => resolve(match));
          else if (ended) finish(() => reject(new Error(`ended before ${pattern}:\n${printed}`)));
        };
        const timer = setTimeout(() => finish(() => reject(new Error(`no ${pattern}:\n${printed}`))), PATIENCE);
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          watchers.delete(watcher);
          settle();
        };
        watchers.add(watcher);
        watcher();
      }),
  };
}

/** Resolves when the file or folder is there; the folder that holds it must be. */
export function untilThere(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error(`${path} did not come`))), PATIENCE);
    const watcher = watch(dirname(path), (_event, name) => {
      if (name === basename(path) && existsSync(path)) finish(resolve);
    });
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      watcher.close();
      settle();
    };
    if (existsSync(path)) finish(resolve);
  });
}
