import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Our program on a real terminal, with a person's hands and eyes: tmux. */
export interface Terminal {
  /** Types a line and presses Enter. */
  type(line: string): void;
  press(key: 'C-c' | 'C-d'): void;
  /** What is on the screen and above it, without empty lines at the end. */
  screen(): string;
  /** The screen as soon as it shows `pattern`. */
  until(pattern: RegExp): Promise<string>;
  /** The exit code, once the program has ended; 128 and its number after a signal. */
  exit(): Promise<number>;
}

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js');
const PATIENCE = 20_000;
const LOOK_AGAIN = 50;

let opened = 0;

export function openTerminal(parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
  const server = ['-L', `corrillo-${process.pid}-${opened++}`, '-f', '/dev/null', '-u'];
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CORRILLO_|LC_|TMUX|PORT$)/.test(name)));
  const tmux = (...words: string[]) =>
    execFileSync('tmux', [...server, ...words], { encoding: 'utf8', env: { ...clean, LANG: 'en_US.UTF-8', ...env } }).trimEnd();
  const program = [process.execPath, PROGRAM, ...parameters].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  // The shell tells the exit code: tmux misses the end of its own child now and then.
  const script = `trap : INT; ${program}; echo "ended with $?"`;
  // One server a terminal, since a server keeps the environment it was started in; its window stays when the program has ended.
  tmux('set-option', '-g', 'remain-on-exit', 'on', ';', 'new-session', '-d', '-x', '150', '-y', '60', script);
  onTestFinished(() => void tmux('kill-server'));

  const screen = () => tmux('capture-pane', '-p', '-J', '-S', '-500');
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
    press: (key) => void tmux('send-keys', key),
    screen,
    until: (pattern) =>
      poll(() => {
        const shown = screen();
        return pattern.test(shown) ? shown : undefined;
      }, String(pattern)),
    exit: () =>
      poll(() => {
        const [, code] = /^ended with (\d+)$/m.exec(screen()) ?? [];
        return code === undefined ? undefined : Number(code);
      }, 'end'),
  };
}
