import type { ReadStream, WriteStream } from 'node:tty';
import { createKeyReader, type Key } from './keys.ts';

/** A terminal that is ours from edge to edge until we give it back, in whatever way we go. */
export interface Tty {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** What was written has not all left: what is not urgent waits. */
  readonly isBehind: boolean;
  /**
   * Something of the terminal is ours until it is let go of, under a name: `enter` is written now and whenever the terminal becomes ours again, `leave` whenever
   * it is given back, in whatever way we go.
   */
  hold(name: string, enter: string, leave: string): void;
  letGo(name: string): void;
  /** Stops the program as Ctrl-Z does, with the terminal as it was; goes on when the person comes back. */
  suspend(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface TtyHandlers {
  onKey(key: Key): void;
  /** Bytes that came together have been taken. */
  onKeysTaken(): void;
  /** The terminal said something that is no key. */
  onAnswer(answer: string): void;
  /** Another size, or back from the background: what is on the screen is not what was painted. */
  onChanged(): void;
  /** Nobody types any more. */
  onEnd(): void;
}

/** The other screen, no wrapping at the right edge, pastes with marks around them. */
const ENTER = '\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[m\u001b[2J\u001b[H';
const LEAVE = '\u001b[?2026l\u001b[?2004l\u001b[?7h\u001b[m\u001b[?25h\u001b[?1049l';

/** How long the rest of a sequence may take to come, ms: over a slow line it comes in pieces. */
const ESCAPE_TIME = 40;

export function openTty(input: ReadStream, output: WriteStream, handlers: TtyHandlers): Tty {
  let inside = false;
  let closed = false;
  let escapeTimer: NodeJS.Timeout | undefined;
  const keys = createKeyReader(handlers.onKey, handlers.onAnswer);
  const held = new Map<string, { readonly enter: string; readonly leave: string }>();

  function enter(): void {
    if (inside || closed) return;
    inside = true;
    // A shell that stopped us set its own mode meanwhile, which Node did not see.
    input.setRawMode(false);
    input.setRawMode(true);
    output.write(ENTER + [...held.values()].map((one) => one.enter).join(''));
  }

  function leave(): void {
    if (!inside) return;
    inside = false;
    output.write([...held.values()].map((one) => one.leave).join('') + LEAVE);
    if (!input.destroyed) input.setRawMode(false);
  }

  function comeBack(): void {
    if (closed) return;
    process.on('SIGTSTP', suspend);
    inside = false;
    enter();
    handlers.onChanged();
  }

  function suspend(): void {
    if (closed || process.platform === 'win32') return;
    leave();
    process.off('SIGTSTP', suspend);
    process.kill(process.pid, 'SIGTSTP');
    // Run when we are continued; at once where nobody is there to stop us.
    setTimeout(comeBack, 10);
  }

  const read = (bytes: Buffer) => {
    clearTimeout(escapeTimer);
    keys.write(bytes);
    handlers.onKeysTaken();
    if (keys.waiting)
      escapeTimer = setTimeout(() => {
        keys.settle();
        handlers.onKeysTaken();
      }, ESCAPE_TIME);
  };
  const resized = () => handlers.onChanged();
  const ended = () => handlers.onEnd();
  const continued = () => {
    if (inside) {
      inside = false;
      enter();
      handlers.onChanged();
    }
  };
  // The window may be gone before we are: a signal says so too.
  const ignore = () => {};

  input.on('data', read);
  input.once('end', ended);
  input.on('error', ignore);
  output.on('error', ignore);
  output.on('resize', resized);
  process.on('exit', leave);
  process.on('uncaughtExceptionMonitor', leave);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', continued);
  enter();
  input.resume();

  return {
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
    write(text) {
      if (inside) output.write(text);
    },
    get isBehind() {
      return output.writableNeedDrain;
    },
    hold(name, holding, leaving) {
      if (held.has(name)) return;
      held.set(name, { enter: holding, leave: leaving });
      if (inside && holding !== '') output.write(holding);
    },
    letGo(name) {
      const one = held.get(name);
      if (one && held.delete(name) && inside) output.write(one.leave);
    },
    suspend,
    close() {
      if (closed) return;
      leave();
      closed = true;
      clearTimeout(escapeTimer);
      input.off('data', read);
      input.off('end', ended);
      output.off('resize', resized);
      process.off('exit', leave);
      process.off('uncaughtExceptionMonitor', leave);
      process.off('SIGTSTP', suspend);
      process.off('SIGCONT', continued);
      input.pause();
    },
  };
}
