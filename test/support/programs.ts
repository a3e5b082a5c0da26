import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findFreePort } from './free-port.ts';

/** One JSON line that a program printed: its fields are what a test says they are. */
// oxlint-disable-next-line typescript/no-explicit-any
export type JsonEvent = { readonly event: string } & Record<string, any>;

/** A real program of ours, driven over its JSON contract. */
export interface Program {
  readonly child: ChildProcess;
  readonly events: JsonEvent[];
  readonly stderr: () => string;
  /** The first event that `test` takes, past or to come; rejects with what was printed when the program ends first. */
  until(test: (event: JsonEvent) => boolean, what?: string, patience?: number): Promise<JsonEvent>;
  /** Resolves when `test` holds for everything printed so far. */
  untilAll(test: (events: readonly JsonEvent[]) => boolean, what?: string): Promise<void>;
  write(line: string): void;
  end(): void;
  kill(signal?: NodeJS.Signals): void;
  /** The exit code; null after a signal. Rejects with what was printed when the program does not end. */
  readonly exit: Promise<number | null>;
}

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js');

export function startProgram(
  parameters: readonly string[],
  env: NodeJS.ProcessEnv = {},
  command: readonly string[] = [process.execPath],
): Program {
  const [binary, ...before] = command as [string, ...string[]];
  const child = spawn(binary, [...before, PROGRAM, ...parameters], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: '', CORRILLO_INVITE: undefined, PORT: undefined, ...env },
  });
  const events: JsonEvent[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  let rest = '';
  let ended = false;
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) events.push(JSON.parse(line) as JsonEvent);
    for (const watcher of watchers) watcher();
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk));
  child.stdin.on('error', () => {});
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      ended = true;
      resolve(code);
      for (const watcher of watchers) watcher();
    });
  });

  const printed = () =>
    `${events
      .map((event) => JSON.stringify(event))
      .slice(-30)
      .join('\n')}\n${stderr.slice(-2000)}`;

  /** Resolves when `holds`; rejects when it no more can, or in a time after which a test would only say "timed out". */
  function wait(holds: () => boolean, what: string, patience = 40_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (holds()) finish(resolve);
        else if (ended) finish(() => reject(new Error(`ended before ${what}:\n${printed()}`)));
      };
      const timer = setTimeout(() => finish(() => reject(new Error(`no ${what}:\n${printed()}`))), patience);
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      };
      watchers.add(look);
      look();
    });
  }

  onTestFinished(async () => {
    if (!ended) child.kill('SIGKILL');
    await closed;
  });

  return {
    child,
    events,
    get exit() {
      return wait(() => ended, 'end').then(() => closed);
    },
    stderr: () => stderr,
    untilAll: (test, what = 'events') => wait(() => test(events), what),
    async until(test, what, patience) {
      await wait(() => events.some(test), what ?? 'event', patience);
      return events.find(test) as JsonEvent;
    },
    write: (line) => void child.stdin.write(`${line}\n`),
    end: () => child.stdin.end(),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
  };
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'corrillo-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What starts a relay for a test: on free ports, with its data there; with calls where there is a port for them. */
export function serveWords(
  folder: string,
  ports: { readonly web?: number; readonly chat?: number; readonly files?: number; readonly media?: number } = {},
  more: readonly string[] = [],
): string[] {
  const { web = 0, chat = 0, files = 0, media = 0 } = ports;
  // One process less, for those who do not call.
  const calls = media === 0 ? ['--no-calls'] : ['--media-port', String(media)];
  const flags = ['--port', String(web), '--chat-port', String(chat), '--files-port', String(files), '--data', folder];
  return ['serve', '--json', '--no-open', ...flags, ...calls, ...more];
}

/** A relay on free ports. Start it again with `ports` of the first time to serve the same clients. */
export async function startRelay(
  folder: string,
  again?: { web: number; chat: number; files?: number; media?: number },
  more: readonly string[] = [],
): Promise<{ relay: Program; listening: JsonEvent; ports: { web: number; chat: number; files: number; media: number } }> {
  const ports = again ?? { web: await findFreePort(), chat: await findFreePort(), files: await findFreePort() };
  const relay = startProgram(serveWords(folder, ports, more));
  const listening = await relay.until(({ event }) => event === 'listening', 'listening');
  return { relay, listening, ports: listening.ports };
}

/** A chat of one person, its device in a folder of its own. */
export function startChat(name: string, host: string, folder: string, invite?: string, more: readonly string[] = []): Program {
  return startProgram(
    ['chat', '--json', '--name', name, '--host', host, '--data', folder, ...more],
    invite === undefined ? {} : { CORRILLO_INVITE: invite },
  );
}

export const isEvent =
  (name: string, fields: Record<string, unknown> = {}) =>
  (event: JsonEvent) =>
    event.event === name && Object.entries(fields).every(([key, value]) => event[key] === value);
