import { type RunningServer, startServer } from '../server/index.ts';
import { CodedError, PROGRAM_VERSION } from '../protocol/index.ts';
import { defaultDataFolder, languageOf, sentenceFor, texts } from '../terminal/index.ts';
import { hasDesktop, type OpenedPage, openPage } from './open-page.ts';
import { createJsonRelayScreen, createPlainRelayScreen, type RelayScreen } from './relay-screen.ts';
import { parseServeArguments, type ServeArguments } from './serve-arguments.ts';

/** `corrillo serve`: runs until SIGTERM or SIGINT; resolves with the exit code. */
export async function runServe(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  const out = (text: string) => void process.stdout.write(text);
  const fault = (text: string) => void process.stderr.write(text);
  const t = texts(language);
  const screen = argv.includes('--json')
    ? createJsonRelayScreen(out, fault)
    : createPlainRelayScreen(out, fault, t.relay, {
        isTerminal: Boolean(process.stdout.isTTY),
        byNpm: process.env.npm_lifecycle_event === 'start',
        usualData: defaultDataFolder('relay'),
      });
  if (process.versions.node.startsWith('20.')) fault(`${t.relay.oldNode}\n`);
  try {
    await serve(parseServeArguments(argv, process.env), screen, (error) => sentenceFor(t.errors, error));
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    screen.error(error.code, sentenceFor(t.errors, error));
    return error.code === 'bad_flag' ? 2 : error.code === 'data_in_use' ? 4 : 1;
  }
}

async function serve(args: ServeArguments, screen: RelayScreen, sentence: (error: CodedError) => string): Promise<void> {
  // Listened for first: who stops a relay that is still starting is obeyed when it has started, and nothing is left half-done.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const data = args.data ?? defaultDataFolder('relay');
  const server = await startServer({
    data,
    ports: { web: args.port, chat: args.chatPort, files: args.filesPort, media: args.mediaPort },
    files: args.files,
    media: args.media,
    names: args.hostNames,
    proxies: args.proxies,
    openRoom: args.openRoom,
    announce: args.announce,
    log: (line) => screen.log(line),
  });
  let page: OpenedPage | undefined;
  const closePage = () => page?.close().catch(() => {});
  server.on((event) => {
    if (event.event === 'founded') {
      screen.founded(event.room);
      // The link in it is used up.
      void closePage();
    } else if (event.event === 'warning') screen.warning(event.code, sentence(new CodedError(event.code, event.detail)));
  });
  const { founder } = server;
  screen.listening({
    version: PROGRAM_VERSION,
    ports: server.ports,
    addresses: server.addresses,
    links: server.links,
    words: server.words,
    // Without https: its warning is what the page is about, and what to compare stands on this screen.
    ca: { ...server.authority, url: `${server.links[0]?.url.replace(/^https/, 'http')}trust` },
    data,
    ...(founder ? { founder } : {}),
  });
  if (args.open && hasDesktop(process.env, process.platform)) page = await openPage(ownAddress(server), data, process.platform);
  await stopped;
  await closePage();
  await server.stop();
  screen.stopped();
}

/** The host's own door: localhost is a secure context without any certificate. */
function ownAddress({ ports, founder }: RunningServer): string {
  const url = new URL(founder ?? 'https://localhost/');
  return `http://localhost:${ports.web}${url.pathname}${url.hash}`;
}
