import { readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { defaultDataFolder, findRelays, type NodeClient, type NodeClientOptions, openNodeClient } from '../client/node/index.ts';
import { texts } from '../client/locales/index.ts';
import { CodedError } from '../protocol/index.ts';
import { type ChatArguments, parseChatArguments } from './arguments.ts';
import { type Console, createConsole } from './console.ts';
import { converse } from './conversation.ts';
import { findEntrance, type NearRelay } from './entrance.ts';
import { createFullScreen, type FullScreen } from './full/full-screen.ts';
import { createJsonScreen } from './json-screen.ts';
import { languageOf } from './language.ts';
import { readLastHost, writeLastHost } from './last-host.ts';
import { createPlainScreen } from './plain-screen.ts';
import { createQuestions, type Questions } from './questions.ts';
import type { Screen } from './screen.ts';
import { EXIT } from './session.ts';

const FAULT_EXITS: Readonly<Record<string, number>> = {
  data_in_use: EXIT.inUse,
  holder_silent: EXIT.inUse,
  bad_flag: EXIT.usage,
  bad_invite: EXIT.usage,
  invite_unreadable: EXIT.usage,
  unknown_host: EXIT.usage,
  invitation_needed: EXIT.notLetIn,
  name_required: EXIT.usage,
  name_too_long: EXIT.usage,
};

type Language = 'en' | 'es';

/** `corrillo chat`: resolves with the exit code. */
export async function runChat(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  const json = argv.includes('--json');
  const { stdin, stdout, stderr } = process;
  const console = createConsole({ input: stdin, output: stdout, faults: stderr }, process.env, interrupt);
  let screen: Screen = json ? createJsonScreen((line) => void stdout.write(line), language) : createPlainScreen(console, language);
  try {
    const args = parseChatArguments(argv);
    const { client, ...entrance } = await connect(args, console, language);
    // Whoever was asked something was asked in plain lines; from here on the terminal is the screen's.
    const full = isForFullScreen(args) ? openFullScreen(console, language) : undefined;
    screen = full ?? screen;
    try {
      const { host, chatPort, folder, invite } = entrance;
      const rememberHost = () => writeLastHost(folder, { host, chatPort, relayKey: client.relay()?.key });
      return await converse(client, { screen, full, console }, { ...args, name: args.name ?? defaultName(), host, invite, rememberHost });
    } finally {
      await client.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    screen.error(error, {});
    return FAULT_EXITS[error.code] ?? EXIT.fault;
  } finally {
    screen.close();
    // After /quit or a signal nobody reads on; an open input would keep the process.
    stdin.destroy();
  }
}

function isForFullScreen({ plain, json }: ChatArguments): boolean {
  const { TERM } = process.env;
  return process.stdin.isTTY && process.stdout.isTTY && TERM !== 'dumb' && TERM !== '' && !plain && !json;
}

function openFullScreen(console: Console, language: Language): FullScreen {
  console.close();
  const { stdin: input, stdout: output, env } = process;
  return createFullScreen({ input, output, language, colours: !env.NO_COLOR, interrupt });
}

// ---- coming to the host

interface Way {
  readonly host: string;
  readonly chatPort: number;
  readonly folder: string;
  readonly invite: Awaited<ReturnType<typeof findEntrance>>['invite'];
}

async function connect(args: ChatArguments, console: Console, language: Language): Promise<Way & { client: NodeClient }> {
  const folder = args.data ?? defaultDataFolder('client');
  const questions = console.isTerminal && !args.json ? createQuestions(console, texts(language), language) : undefined;
  const entrance = await findEntrance(args, process.env, {
    readStdin: readAllOfStdin,
    readLastHost: () => readLastHost(folder),
    findRelays: findNear,
    askWhere: questions?.askWhere,
  });
  const { host, chatPort, invite, relayKey: announcedRelay } = entrance;
  const client = await open(
    { host, chatPort, folder, expectRelay: invite?.relayKey, announcedRelay, takeOver: args.takeOver, terminal: terminalName() },
    questions,
  );
  return { host, chatPort, folder, invite, client };
}

async function findNear(): Promise<NearRelay[]> {
  const found = await findRelays();
  return found.flatMap(({ name, addresses: [host], chatPort, key }) =>
    host === undefined ? [] : [{ name, host, chatPort, relayKey: key }],
  );
}

/** Where the device is held, a person may go on here. */
async function open(options: NodeClientOptions, questions: Questions | undefined): Promise<NodeClient> {
  try {
    return await openNodeClient(options);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'data_in_use' || options.takeOver || !questions) throw error;
    if (!(await questions.askTakeOver(error))) throw error;
    return openNodeClient({ ...options, takeOver: true });
  }
}

async function readAllOfStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

/** The terminal as its person can find it among others; empty where the system does not say. */
function terminalName(): string {
  if (!process.stdin.isTTY) return '';
  try {
    return readlinkSync('/proc/self/fd/0');
  } catch {
    return process.env.TERM_PROGRAM ?? '';
  }
}

function defaultName(): string {
  try {
    return userInfo().username;
  } catch {
    return hostname();
  }
}

/** What a Ctrl-C would do if the terminal were not handing it over as a key. */
function interrupt(): void {
  if (process.emit('SIGINT', 'SIGINT')) return;
  process.stdout.write('\n');
  process.kill(process.pid, 'SIGINT');
}
