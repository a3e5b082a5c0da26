import { hostname, userInfo } from 'node:os';
import { openNodeClient } from '../client/node/index.ts';
import { defaultDataFolder } from '../client/node/index.ts';
import { type Invite, parseInvite } from '../client/index.ts';
import { texts } from '../client/locales/index.ts';
import { CodedError } from '../protocol/index.ts';
import { type ChatArguments, parseChatArguments } from './arguments.ts';
import { type Console, createConsole } from './console.ts';
import { findEntrance } from './entrance.ts';
import { readLines } from './input-lines.ts';
import { createJsonScreen } from './json-screen.ts';
import { readInputLine } from './json-input.ts';
import { languageOf } from './language.ts';
import { readLastHost, writeLastHost } from './last-host.ts';
import { createPlainScreen } from './plain-screen.ts';
import type { Screen } from './screen.ts';
import { createSession, EXIT, type Session } from './session.ts';

const FAULT_EXITS: Readonly<Record<string, number>> = {
  data_in_use: EXIT.inUse,
  bad_flag: EXIT.usage,
  bad_invite: EXIT.usage,
  invite_unreadable: EXIT.usage,
  invitation_needed: EXIT.notLetIn,
  name_required: EXIT.usage,
  name_too_long: EXIT.usage,
};

/** `corrillo chat`: resolves with the exit code. */
export async function runChat(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  const json = argv.includes('--json');
  const console = createConsole({ input: process.stdin, output: process.stdout, faults: process.stderr }, process.env, interrupt);
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
  const folder = args.data ?? defaultDataFolder('client');
  async function ask(): Promise<Invite | undefined> {
    const typed = await console.ask(t.askInvite);
    if (typed === undefined) throw new CodedError('invitation_needed');
    return typed.trim() === '' ? undefined : parseInvite(typed);
  }
  const askInvite = console.isTerminal && !args.json ? ask : undefined;
  const { host, chatPort, invite } = await findEntrance(args, process.env, {
    readStdin: readAllOfStdin,
    readLastHost: () => readLastHost(folder),
    askInvite,
  });
  const client = await openNodeClient({ host, chatPort, folder, expectRelay: invite?.relayKey });
  const session = createSession(client, screen, {
    name: args.name ?? defaultName(),
    invite,
    askInvite,
    history: args.history,
    patience: console.isTerminal && !args.json ? 0 : args.flushTimeout,
  });
  try {
    return await converse(session, args, screen, console, () => writeLastHost(folder, { host, chatPort }));
  } finally {
    await client.close();
  }
}

async function converse(
  session: Session,
  args: ChatArguments,
  screen: Screen,
  console: Console,
  rememberHost: () => Promise<void>,
): Promise<number> {
  const { stopped, finish } = listenForSignals((hurry) => session.finish(args.flushTimeout, hurry));
  const entered = await Promise.race([session.enter(), stopped]);
  if (entered === 'stop') return finish();
  if ('exit' in entered) return entered.exit;
  const typed = takeInput(session, args, screen, console);
  await rememberHost();
  const first = await Promise.race([typed, stopped, session.over]);
  return typeof first === 'number' ? first : finish();
}

/** The first signal stops; one that comes while it is being finished hurries that. */
function listenForSignals(finish: (hurry: AbortSignal) => Promise<number>) {
  const hurry = new AbortController();
  let finishing = false;
  const stopped = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (finishing ? hurry.abort() : resolve('stop')));
  });
  return {
    stopped,
    finish() {
      finishing = true;
      return finish(hurry.signal);
    },
  };
}

/** What a Ctrl-C would do if the terminal were not handing it over as a key. */
function interrupt(): void {
  if (process.emit('SIGINT', 'SIGINT')) return;
  process.stdout.write('\n');
  process.kill(process.pid, 'SIGINT');
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
