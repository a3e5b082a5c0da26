import { texts } from '../client/locales/index.ts';
import type { NodeCalls } from '../client/node/index.ts';
import { CodedError } from '../protocol/index.ts';
import { type ChatArguments, parseChatArguments } from './arguments.ts';
import type { CallArguments } from './calls/call-arguments.ts';
import { createPlainTalk } from './calls/plain-talk.ts';
import { type Console, createConsole } from './console.ts';
import { converse } from './conversation.ts';
import { connect, defaultName } from './connecting.ts';
import { createFullScreen, type FullScreen } from './full/full-screen.ts';
import { createJsonScreen } from './json-screen.ts';
import { languageOf } from './language.ts';
import { writeLastHost } from './last-host.ts';
import { createPlainScreen } from './plain-screen.ts';
import { createQuestions } from './questions.ts';
import { exitOf } from './exits.ts';
import type { Screen } from './screen.ts';

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
    const questions = console.isTerminal && !args.json ? createQuestions(console, texts(language), language) : undefined;
    const { client, ...entrance } = await connect(args, questions);
    // Whoever was asked something was asked in plain lines; from here on the terminal is the screen's.
    const full = isForFullScreen(args) ? openFullScreen(console, language, args.calls, client.pictures) : undefined;
    screen = full ?? screen;
    try {
      const { host, chatPort, folder, invite } = entrance;
      const rememberHost = () => writeLastHost(folder, { host, chatPort, relayKey: client.relay()?.key });
      const say = (text: string) => console.print(console.dim(`— ${text}`));
      const pressToTalk = args.calls.pushToTalk && !full ? createPlainTalk(client, texts(language).terminal, say) : undefined;
      return await converse(
        client,
        { screen, full, console, pressToTalk },
        { ...args, name: args.name ?? defaultName(), host, invite, rememberHost },
      );
    } finally {
      await client.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    screen.error(error, {});
    return exitOf(error);
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

function openFullScreen(
  console: Console,
  language: Language,
  { pictureMode: mode, pushToTalk }: CallArguments,
  pictures: NodeCalls | null,
): FullScreen {
  console.close();
  const { stdin: input, stdout: output, env } = process;
  const calls = { pictures, mode, pushToTalk, env };
  return createFullScreen({ input, output, language, colours: !env.NO_COLOR, calls, interrupt });
}

/** What a Ctrl-C would do if the terminal were not handing it over as a key. */
function interrupt(): void {
  if (process.emit('SIGINT', 'SIGINT')) return;
  process.stdout.write('\n');
  process.kill(process.pid, 'SIGINT');
}
