import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '../../files/index.ts';
import { CodedError } from '../../protocol/index.ts';

/** Who holds a device: what it says itself. */
export interface Holder {
  readonly pid: number;
  /** Such as `/dev/pts/3`; empty where it runs without one. */
  readonly terminal: string;
  /** ms since 1970 */
  readonly since: number;
}

/** In the data folder, which only its person can read: whoever shows what is in it may ask. */
export const TOKEN_FILE = 'lock-token';

/** A program that is awake answers at once who it is. */
const ANSWER_TIME = 2_000;
/** What it has to write before it lets go is on disk already, but for the last lines. */
const GIVING_TIME = 10_000;
/** A holder that has just begun may not have written its token yet; one that goes has a moment to be gone. */
const LOOK_AGAIN = 50;
const LOOKS = 20;
const LONGEST_ANSWER = 1 << 20;

export function isThere(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Who holds the device; nothing of it where it does not say so. */
export async function hear(path: string, folder: string): Promise<Holder | undefined> {
  const answer = await request(path, folder, false, ANSWER_TIME);
  const { pid, terminal, since } = (answer ?? {}) as Partial<Record<keyof Holder, unknown>>;
  if (typeof pid !== 'number' || typeof since !== 'number' || typeof terminal !== 'string') return undefined;
  return { pid, terminal: terminal.slice(0, 64), since };
}

/**
 * Asks the holder to let go, and waits until it has.
 * @returns what was half typed there
 * @throws CodedError `holder_silent`
 */
export async function ask(path: string, folder: string): Promise<string> {
  const answer = (await request(path, folder, true, GIVING_TIME)) as { draft?: unknown } | undefined;
  if (typeof answer?.draft !== 'string') throw new CodedError('holder_silent', { path: folder });
  for (let look = 0; look < LOOKS && (await isThere(path)); look++) await sleep(LOOK_AGAIN);
  return answer.draft;
}

async function request(path: string, folder: string, take: boolean, patience: number): Promise<unknown> {
  for (let look = 0; look < LOOKS; look++) {
    const token = (await readIfThere(join(folder, TOKEN_FILE)))?.toString('latin1');
    const answer = token === undefined ? { error: 'not_allowed' } : await exchange(path, { token, take }, patience);
    if ((answer as { error?: unknown } | undefined)?.error !== 'not_allowed') return answer;
    await sleep(LOOK_AGAIN);
  }
  return undefined;
}

/** One line there, one line back; undefined where none comes in time. */
function exchange(path: string, question: object, patience: number): Promise<unknown> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(path, () => void socket.write(`${JSON.stringify(question)}\n`));
    const finish = (answer: unknown) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(undefined), patience);
    socket.setEncoding('utf8');
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('data', (text) => {
      heard += text;
      const end = heard.indexOf('\n');
      if (end >= 0) finish(readAnswer(heard.slice(0, end)));
      else if (heard.length > LONGEST_ANSWER) finish(undefined);
    });
  });
}

/** What an older program says is no JSON: it cannot be asked. */
function readAnswer(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
