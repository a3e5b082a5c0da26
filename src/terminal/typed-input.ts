import { CodedError } from '../protocol/index.ts';
import type { Console } from './console.ts';
import type { FullScreen } from './full/full-screen.ts';
import { readLines } from './input-lines.ts';
import { readInputLine } from './json-input.ts';
import type { Screen } from './screen.ts';
import type { Session } from './session.ts';

/** Lines on their way into a session. */
export interface TypedInput {
  /** At `/quit`, and where a person types no more: `end`; where a pipe has nothing more: `over`. */
  readonly ended: Promise<'end' | 'over'>;
  /** Takes no more; resolves with what was half typed, once all before it was taken. */
  stop(): Promise<string>;
}

/** Lines of a pipe that are worked on at once: far behind, the pipe waits. */
const LINES_UNDER_WAY = 256;

export function takeFromPipe(stdin: NodeJS.ReadStream, session: Session, screen: Screen, jsonInput: boolean): TypedInput {
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  let quit: () => void = () => {};
  const left = new Promise<void>((resolve) => (quit = resolve));
  const read = readLines(
    stdin,
    async (line) => {
      const text = 'tooLong' in line ? new CodedError('text_too_long') : jsonInput ? readInputLine(line.text) : line.text;
      if (text instanceof CodedError) return screen.error(text, { line: line.number });
      const step = session.takeLine(text, line.number).then((done) => done === 'quit' && quit());
      underWay.add(step);
      const forget = () => void underWay.delete(step);
      step.then(forget, forget);
      if (underWay.size >= LINES_UNDER_WAY) await step;
    },
    stopping.signal,
  );
  const all = read.then(async (draft) => {
    await Promise.all(underWay);
    return draft;
  });
  return {
    // Stopped it has not ended: somebody goes on elsewhere.
    ended: Promise.race([left.then(() => 'end' as const), all.then(() => 'over' as const)]).then((how) =>
      stopping.signal.aborted ? new Promise<never>(() => {}) : how,
    ),
    stop() {
      stopping.abort();
      stdin.destroy();
      return all;
    },
  };
}

/** @param pressToTalk what an empty line does */
export function takeFromConsole(console: Console, session: Session, pressToTalk?: () => void): TypedInput {
  let number = 0;
  let stopped = false;
  const ended = new Promise<'end'>((resolve, reject) => {
    console.onLine(
      (line) => {
        if (line === '') pressToTalk?.();
        if (!stopped) session.takeLine(line, ++number).then((done) => done === 'quit' && resolve('end'), reject);
      },
      () => resolve('end'),
    );
  });
  return {
    ended,
    async stop() {
      stopped = true;
      return console.draft;
    },
  };
}

export function takeFromScreen(screen: FullScreen, session: Session): TypedInput {
  let number = 0;
  let stopped = false;
  const ended = new Promise<'end'>((resolve, reject) => {
    screen.onGo((room) => void session.go(room).catch(reject));
    screen.onLine(
      async (line) => {
        if (stopped) return 'failed';
        try {
          const done = await session.takeLine(line, ++number);
          if (done === 'quit') resolve('end');
          return done;
        } catch (error) {
          reject(error);
          return 'failed';
        }
      },
      () => resolve('end'),
    );
  });
  return {
    ended,
    async stop() {
      stopped = true;
      return screen.draft;
    },
  };
}
