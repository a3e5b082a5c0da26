import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { widthOf } from './text/cells.ts';

/** Lines on a terminal, or on a pipe, with the line being typed kept below them. */
export interface Console {
  readonly isTerminal: boolean;
  print(text: string): void;
  fault(text: string): void;
  /** A line that is on its way: it stays on the screen, and is drawn again in place when it has arrived. */
  showPending(id: string, text: string): void;
  settlePending(id: string, text: string): void;
  /** How far something is: drawn again in place while nothing came behind it. Else it is a new line, where that `isNews`. */
  showProgress(id: string, text: string, isNews: boolean): void;
  /** What moves nothing on the screen: a bell, a title. Nothing on a pipe. */
  control(bytes: string): void;
  dim(text: string): string;
  bold(text: string): string;
  /** Undefined where the input has ended. */
  ask(question: string): Promise<string | undefined>;
  /** Lines that are typed; ends with the input. Null on a pipe, where the stream itself is read. */
  onLine(take: (line: string) => void, end: () => void): void;
  /** What is half typed; empty on a pipe. */
  readonly draft: string;
  /** Goes on with what was half typed elsewhere. A line has no second one here. */
  offer(draft: string): void;
  close(): void;
}

interface Streams {
  readonly input: Readable & { isTTY?: boolean };
  readonly output: Writable & { isTTY?: boolean; columns?: number };
  readonly faults: Writable;
}

const PROMPT = '> ';
/** Keys that a text would press. */
// eslint-disable-next-line no-control-regex
const NOT_TYPED = /[\u0000-\u001f\u007f-\u009f]+/g;

/** `interrupt`: Ctrl-C, which comes as a key where a terminal edits the line. */
export function createConsole({ input, output, faults }: Streams, env: NodeJS.ProcessEnv, interrupt: () => void): Console {
  const isTerminal = Boolean(input.isTTY && output.isTTY);
  const colours = isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
  const reader: Interface | null = isTerminal ? createInterface({ input, output, prompt: PROMPT, historySize: 200 }) : null;
  reader?.on('SIGINT', interrupt);
  // The pending line that is the last thing above the prompt: only that one can be drawn again where it stands.
  let lastPending: { id: string; rows: number } | null = null;
  let closed = false;
  let ended = false;
  reader?.once('close', () => (ended = true));
  // Lines typed before anybody takes them wait.
  const early: string[] = [];
  let takeLine = (line: string): void => void early.push(line);
  reader?.on('line', (line) => takeLine(line));

  function print(text: string): void {
    lastPending = null;
    write(`${text}\n`);
  }

  function write(text: string): void {
    if (!reader || closed) return void output.write(text);
    // Take the line being typed away, write above it, put it back with its cursor.
    output.write('\r\u001b[J');
    output.write(text);
    reader.prompt(true);
  }

  /** In the place of the last line above the prompt. */
  function redraw(text: string): void {
    if (closed) return;
    output.write(`\r\u001b[J\u001b[${lastPending?.rows ?? 0}A\u001b[J${text}\n`);
    reader?.prompt(true);
  }

  function rowsOf(text: string): number {
    // eslint-disable-next-line no-control-regex
    const width = widthOf(text.replace(/\u001b\[[0-9;]*m/g, ''));
    return Math.max(1, Math.ceil(width / (output.columns ?? 80)));
  }

  return {
    isTerminal,
    print,
    fault: (text) => (isTerminal ? print(text) : void faults.write(`${text}\n`)),
    showPending(id, text) {
      if (!isTerminal) return;
      print(text);
      lastPending = { id, rows: rowsOf(text) };
    },
    settlePending(id, text) {
      if (lastPending?.id === id && reader) {
        redraw(text);
        lastPending = null;
      } else print(text);
    },
    showProgress(id, text, isNews) {
      if (lastPending?.id === id && reader) redraw(text);
      else if (isNews) print(text);
      else return;
      if (isTerminal) lastPending = { id, rows: rowsOf(text) };
    },
    control(bytes) {
      if (isTerminal && !closed) output.write(bytes);
    },
    dim: (text) => (colours ? `\u001b[2m${text}\u001b[22m` : text),
    bold: (text) => (colours ? `\u001b[1m${text}\u001b[22m` : text),
    ask: (question) =>
      new Promise((resolve) => {
        if (!reader || ended) return resolve(undefined);
        reader.question(question, resolve);
        reader.once('close', () => resolve(undefined));
      }),
    onLine(take, end) {
      if (!reader) return;
      takeLine = (line) => {
        // What was typed is drawn by `showPending`, once.
        output.write(`\u001b[${rowsOf(PROMPT + line)}A\r\u001b[J`);
        reader.prompt();
        take(line);
      };
      early.splice(0).forEach(take);
      if (ended) return end();
      reader.once('close', end);
      reader.prompt();
    },
    get draft() {
      return reader?.line ?? '';
    },
    offer(draft) {
      if (draft !== '') reader?.write(draft.replaceAll(NOT_TYPED, ' '));
    },
    close() {
      if (closed) return;
      closed = true;
      reader?.close();
      if (isTerminal) output.write('\r\u001b[J');
    },
  };
}
