import type { Invite } from '../client/index.ts';
import type { NodeClient } from '../client/node/index.ts';
import type { CodedError } from '../protocol/index.ts';
import type { ChatArguments } from './arguments.ts';
import { attendCalls } from './calls/attendance.ts';
import { callSourcesOf } from './calls/call-arguments.ts';
import type { Console } from './console.ts';
import type { FullScreen } from './full/full-screen.ts';
import type { Screen } from './screen.ts';
import { createSession, EXIT, type Session } from './session.ts';
import { listenForSignals } from './signals.ts';
import { takeFromConsole, takeFromPipe, takeFromScreen, type TypedInput } from './typed-input.ts';

/** What a person or a script sees and types at. */
export interface Desk {
  readonly screen: Screen;
  /** The same, where it takes the whole terminal. */
  readonly full: FullScreen | undefined;
  readonly console: Console;
  /** What an empty line does, where Enter is the key to talk. */
  readonly pressToTalk?: (() => void) | undefined;
}

export interface ConversationOptions extends Pick<ChatArguments, 'openRoom' | 'history' | 'json' | 'jsonInput' | 'flushTimeout' | 'calls'> {
  readonly name: string;
  readonly host: string;
  readonly invite: Invite | undefined;
  /** Called once inside. */
  readonly rememberHost: () => Promise<void>;
}

/** Lines of a room that the full screen shows at once; it fetches more where one scrolls. */
const HISTORY_ON_SCREEN = 100;

/** Comes in, talks, and goes: by the end of the input, a signal, the end of the room, or because another program takes over. Resolves with the exit code. */
export async function converse(client: NodeClient, desk: Desk, options: ConversationOptions): Promise<number> {
  const { screen, full } = desk;
  const { pictureMode, pushToTalk } = options.calls;
  const looking = full ? 'own' : options.json ? 'counted' : 'nobody';
  const failed = (error: CodedError) => screen.error(error, {});
  const stopAttending = attendCalls(client, client.pictures, { looking, mode: pictureMode, failed });
  if (pushToTalk) client.pictures?.talk(false);
  try {
    return await talk(client, desk, options);
  } finally {
    stopAttending();
  }
}

async function talk(client: NodeClient, { screen, full, console, pressToTalk }: Desk, options: ConversationOptions): Promise<number> {
  const isPerson = console.isTerminal && !options.json;
  const session = createSession(client, screen, {
    ...options,
    history: full ? Math.max(options.history, HISTORY_ON_SCREEN) : options.history,
    allRooms: full === undefined,
    patience: isPerson ? 0 : options.flushTimeout,
    callSources: callSourcesOf(options.calls),
  });
  const { stopped, finish } = listenForSignals((hurry) => session.finish(options.flushTimeout, hurry));
  let typed: TypedInput | undefined;
  const taken = handedOver(client, session, screen, async () => (typed ? typed.stop() : (full ?? console).draft));
  (full ?? console).offer(client.draft);

  const entered = await Promise.race([session.enter(), stopped, taken]);
  if (typeof entered === 'number') return entered;
  if (entered === 'stop') return finish();
  if ('exit' in entered) return entered.exit;
  if (full) typed = takeFromScreen(full, session);
  else if (isPerson) typed = takeFromConsole(console, session, pressToTalk);
  else typed = takeFromPipe(process.stdin, session, screen, options.jsonInput);
  if (options.calls.call) void session.takeLine('/call start', 0);
  await options.rememberHost();
  const first = await Promise.race([typed.ended, stopped, session.over, taken]);
  if (typeof first === 'number') return first;
  // Whoever pipes in what is to be sent or fetched means it to be done; nobody waits for more than it takes.
  if (first === 'over') {
    const next = await Promise.race([session.transfersOver(options.flushTimeout), stopped, session.over, taken]);
    if (typeof next === 'number') return next;
  }
  return finish();
}

/** Resolves with the exit code once another program of this person has taken over. */
function handedOver(client: NodeClient, session: Session, screen: Screen, stop: () => Promise<string>): Promise<number> {
  return new Promise((resolve) => {
    client.onTakenOver(async () => {
      const draft = await stop();
      await session.settle();
      screen.takenOver();
      resolve(EXIT.inUse);
      return draft;
    });
  });
}
