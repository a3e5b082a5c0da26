import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** What may wait to be read by it, in bytes; 0: it reads nothing. */
  readonly mostUnsent: number;
  onData?(bytes: Buffer): void;
  /** Once, and not after `close`. @param said its last words, for whoever looks for the reason */
  onEnd(said: string): void;
}

/**
 * A program of the system that reads and writes pipes. It never blocks us, and it ends with us, however we end: then its pipes close. Arguments are
 * data: there is no shell.
 */
export interface Child {
  /** @returns false where it is behind, or gone: this was dropped */
  write(bytes: Uint8Array): boolean;
  /** Resolves when it is no more. */
  close(): Promise<void>;
}

const MOST_SAID = 4_096;

export function startChild({ program, args, mostUnsent, onData, onEnd }: ChildOptions): Child {
  const child = spawn(program, args, { stdio: [mostUnsent > 0 ? 'pipe' : 'ignore', 'pipe', 'pipe'], windowsHide: true });
  let over = false;
  let said = '';
  const gone = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  const end = () => {
    if (over) return;
    over = true;
    child.kill('SIGKILL');
    onEnd(said);
  };
  child.on('error', end);
  child.on('close', end);
  // What is written to one that just died.
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (bytes: Buffer) => {
    if (!over) onData?.(bytes);
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-MOST_SAID);
  });
  return {
    write(bytes) {
      const { stdin } = child;
      if (over || stdin === null || !stdin.writable || stdin.writableLength > mostUnsent) return false;
      stdin.write(bytes);
      return true;
    },
    close() {
      over = true;
      child.kill('SIGKILL');
      return gone;
    },
  };
}

/** One that dies is started again; one that dies again soon is not. */
export interface KeptChild {
  readonly child: Child;
  close(): Promise<void>;
}

/** ms */
const SOON = 10_000;

/** @param start called for each start, with what to do when it ends @param onGone it died too soon after it was started again */
export function keepChild(start: (onEnd: (said: string) => void) => Child, onGone: (said: string) => void): KeptChild {
  let restartedAt = Number.NEGATIVE_INFINITY;
  let child = start(ended);
  function ended(said: string): void {
    const now = performance.now();
    if (now - restartedAt < SOON) return onGone(said);
    restartedAt = now;
    child = start(ended);
  }
  return {
    get child() {
      return child;
    },
    close: () => child.close(),
  };
}
