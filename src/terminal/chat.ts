import { hostname, userInfo } from 'node:os';
import { openNodeClient } from '../client/node/index.ts';
import { defaultDataFolder } from '../client/node/index.ts';
import { texts } from '../client/locales/index.ts';
import { CodedError } from '../protocol/index.ts';
import { type ChatArguments, parseChatArguments } from './arguments.ts';
import { type Console, createConsole } from './console.ts';
import { type Entrance, findEntrance } from './entrance.ts';
import { readLines } from './input-lines.ts';
import { createJsonScreen } from './json-screen.ts';
import { readInputLine } from './json-input.ts';
import { languageOf } from './language.ts';
import { createPlainScreen } from './plain-screen.ts';
import type { Screen } from './screen.ts';
import { createSession, EXIT, type Session } from './session.ts';

const FAULT_EXITS: Readonly<Record<string, number>> = {
  data_in_use: EXIT.inUse,
  bad_flag: EXIT.usage,
  bad_invite: EXIT.usage,
  invite_unreadable: EXIT.usage,
  name_required: EXIT.usage,
  name_too_long: EXIT.usage,
};

/** `corrillo chat`: resolves with the exit code. */
export async function runChat(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  const json = argv.includes('--json');
  const console = createConsole({ input: process.stdin, output: process.stdout, faults: process.stderr }, process.env);
  const screen = json ? createJsonScreen((line) => void process.stdout.write(line), language) : createPlainScreen(console, language);
  try {
    return await chat(parseChatArguments(argv), screen, console, texts(language).terminal);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    screen.error(error, {});
    return FAULT_EXITS[error.code] ?? EXIT.fault;
  } finally {
    screen.close();
    // After /quit or a signal nobody reads on; an open input would keep the process.
    process.stdin.destroy();
  }
}

async function chat(args: ChatArguments, screen: Screen, console: Console, t: { askInvite: string }): Promise<number> {
  let entrance = await findEntrance(args, process.env, readAllOfStdin);
  const folder = args.data ?? defaultDataFolder('client');
  if (!entrance.invite && args.host === undefined && console.isTerminal) {
    const typed = await console.ask(t.askInvite);
    if (typed.trim() !== '') entrance = await findEntrance(args, { CORRILLO_INVITE: typed }, readAllOfStdin);
  }
  const { host, chatPort, invite } = entrance;
  const client = await openNodeClient({ host, chatPort, folder, expectRelay: invite?.relayKey });
  const session = createSession(client, screen, { name: args.name ?? defaultName(), invite, history: args.history, host, chatPort });
  try {
    return await converse(session, args, entrance, screen, console);
  } finally {
    await client.close();
  }
}

async function converse(session: Session, args: ChatArguments, _entrance: Entrance, screen: Screen, console: Console): Promise<number> {
  const stopped = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve('stop'));
  });
  const entered = await Promise.race([session.enter(), stopped]);
  if (entered === 'stop') return session.finish(args.flushTimeout);
  if ('exit' in entered) return entered.exit;
  const typed = takeInput(session, args, screen, console);
  const first = await Promise.race([typed, stopped, session.over]);
  return typeof first === 'number' ? first : session.finish(args.flushTimeout);
}

/** Resolves at the end of the input, or at `/quit`. Lines are handed on as they come; their order is kept by the outbox. */
function takeInput(session: Session, args: ChatArguments, screen: Screen, console: Console): Promise<'end'> {
  return new Promise((resolve, reject) => {
    const take = async (text: string, number: number) => {
      if (await session.takeLine(text, number)) resolve('end');
    };
    if (console.isTerminal && !args.json) {
      let number = 0;
      console.onLine(
        (line) => void take(line, ++number).catch(reject),
        () => resolve('end'),
      );
      return;
    }
    const underWay = new Set<Promise<void>>();
    readLines(process.stdin, async (line) => {
      const text = 'tooLong' in line ? new CodedError('text_too_long') : args.jsonInput ? readInputLine(line.text) : line.text;
      if (text instanceof CodedError) return screen.error(text, { line: line.number });
      const step = take(text, line.number).catch(reject);
      underWay.add(step);
      void step.then(() => underWay.delete(step));
      // Far behind: let the pipe wait.
      if (underWay.size >= LINES_UNDER_WAY) await step;
    })
      .then(() => Promise.all(underWay))
      .then(() => resolve('end'), reject);
  });
}

const LINES_UNDER_WAY = 256;

async function readAllOfStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

function defaultName(): string {
  try {
    return userInfo().username;
  } catch {
    return hostname();
  }
}
