import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Our program on a real terminal, with a person's hands and eyes: tmux. */
export interface Terminal {
  /** Types a line and presses Enter. */
  type(line: string): void;
  /** Types without Enter. */
  write(text: string): void;
  /** As tmux names keys. */
  press(...keys: string[]): void;
  /** As a terminal pastes, with its marks around. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** What is on the screen and above it, without empty lines at the end. */
  screen(): string;
  /** What is on the screen, row by row; with `styled`, with the sequences of how it looks. */
  rows(styled?: boolean): string[];
  /** The screen as soon as it shows `pattern`. */
  until(pattern: RegExp): Promise<string>;
  /** As soon as `holds`. */
  untilRows(holds: (rows: string[]) => boolean, what: string): Promise<string[]>;
  /** What tmux knows of the pane, such as `#{alternate_on}`. */
  ask(format: string): string;
  /** Every paste buffer of the terminal: its clipboard. */
  buffers(): string;
  /** All bytes that the program wrote. */
  bytes(): string;
  /** The process of the program. */
  pid(): number;
  /** The exit code, once the program has ended; 128 and its number after a signal. */
  exit(): Promise<number>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'bin', 'corrillo.js');
const PATIENCE = 20_000;
const LOOK_AGAIN = 50;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Begins with an interactive shell, in which the program is started: one that can be suspended. */
  readonly inShell?: boolean;
  /** What a command line begins with to run on another machine of a test's network. */
  readonly on?: readonly string[];
}

let opened = 0;

export function openTerminal(
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: TerminalOptions = {},
): Terminal {
  return openWindow([...(options.on ?? []), process.execPath, PROGRAM, ...parameters], env, options);
}

function openWindow(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  { columns = 150, rows = 60, inShell = false }: TerminalOptions,
): Terminal {
  const server = ['-L', `corrillo-${process.pid}-${opened++}`, '-f', '/dev/null', '-u'];
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-tmux-'));
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CORRILLO_|LC_|TMUX|PORT$|CI$|NO_COLOR$)/.test(name)));
  const tmux = (...words: string[]) =>
    execFileSync('tmux', [...server, ...words], { encoding: 'utf8', env: { ...clean, LANG: 'en_US.UTF-8', ...env } }).trimEnd();
  const program = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const bytesFile = join(folder, 'bytes');
  const pidFile = join(folder, 'pid');
  // The shell tells the exit code: tmux misses the end of its own child now and then.
  const started = `sh -c 'echo $$ > ${pidFile}; exec "$@"' sh ${program}; echo "ended with $?"`;
  const script = inShell ? 'PS1="shell> " exec bash --norc --noprofile -i' : `trap : INT; ${started}`;
  // One server a terminal, since a server keeps the environment it was started in; its window stays when the program has ended.
  const settings = ['remain-on-exit on', 'set-clipboard on', 'allow-rename on', 'allow-passthrough on'];
  tmux(
    ...settings.flatMap((setting) => ['set-option', '-g', ...setting.split(' '), ';']),
    ...['new-session', '-d', '-x', String(columns), '-y', String(rows), script, ';', 'pipe-pane', '-o', `cat > ${bytesFile}`],
  );
  onTestFinished(() => {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  });

  if (inShell) {
    tmux('send-keys', '-l', started);
    tmux('send-keys', 'Enter');
  }

  const screen = () => tmux('capture-pane', '-p', '-J', '-S', '-500');
  const rowsNow = (styled = false) => {
    const all = tmux('capture-pane', '-p', ...(styled ? ['-e'] : [])).split('\n');
    return [...all, ...Array.from({ length: Math.max(0, Number(tmux('display-message', '-p', '#{pane_height}')) - all.length) }, () => '')];
  };
  async function poll<T>(look: () => T | undefined, what: string): Promise<T> {
    for (const until = Date.now() + PATIENCE; Date.now() < until; await wait(LOOK_AGAIN)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error(`no ${what} on this screen:\n${screen()}`);
  }

  return {
    type(line) {
      tmux('send-keys', '-l', line);
      tmux('send-keys', 'Enter');
    },
    write: (text) => void tmux('send-keys', '-l', text),
    press: (...keys) => void tmux('send-keys', ...keys),
    paste(text) {
      tmux('set-buffer', '-b', 'pasted', '--', text);
      tmux('paste-buffer', '-p', '-d', '-b', 'pasted');
    },
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    screen,
    rows: rowsNow,
    until: (pattern) =>
      poll(() => {
        const shown = screen();
        return pattern.test(shown) ? shown : undefined;
      }, String(pattern)),
    untilRows: (holds, what) =>
      poll(() => {
        const shown = rowsNow();
        return holds(shown) ? shown : undefined;
      }, what),
    ask: (format) => tmux('display-message', '-p', format),
    buffers: () => tmux('list-buffers', '-F', '#{buffer_name}=#{buffer_sample}'),
    bytes: () => readFileSync(bytesFile, 'latin1'),
    pid: () => Number(readFileSync(pidFile, 'utf8')),
    exit: () =>
      poll(() => {
        const [, code] = /^ended with (\d+)$/m.exec(screen()) ?? [];
        return code === undefined ? undefined : Number(code);
      }, 'end'),
  };
}

/** The terminal around an engine that the test plays. */
export interface FakeTerminal extends Terminal {
  /** Calls the fake engine; resolves when it has done it. */
  tell(name: string, ...values: unknown[]): Promise<void>;
  /** What the terminal asked of the engine, by method. */
  asked(name: string): readonly unknown[][];
}

export async function openFakeTerminal(
  mode: 'full' | 'plain',
  options: TerminalOptions = {},
  env: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<FakeTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-control-'));
  const path = join(folder, 'control');
  const heard: unknown[][] = [];
  const waiters = new Set<() => void>();
  let connect: (socket: Socket) => void = () => {};
  const connected = new Promise<Socket>((resolve) => (connect = resolve));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      heard.push(JSON.parse(line) as unknown[]);
      for (const waiter of waiters) waiter();
    });
    connect(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const terminal = openWindow(
    [process.execPath, '--import', 'tsx', join(ROOT, 'test', 'support', 'fake-chat.ts'), path, mode, ...more],
    env,
    options,
  );
  const socket = await connected;
  onTestFinished(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let told = 0;
  return {
    ...terminal,
    async tell(...call) {
      socket.write(`${JSON.stringify(call)}\n`);
      const want = ++told;
      while (heard.filter(([kind]) => kind === 'did').length < want) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`the terminal did not do ${String(call[0])}`)), PATIENCE);
          const look = () => {
            waiters.delete(look);
            clearTimeout(timer);
            resolve();
          };
          waiters.add(look);
        });
      }
    },
    asked: (name) => heard.filter(([kind]) => kind === name),
  };
}
