import { type Client, findRoomCalled, type Transfer } from '../../client/index.ts';
import { type Language, sentenceFor, texts, type Texts } from '../../client/locales/index.ts';
import type { NodeClient } from '../../client/node/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { connect, defaultName } from '../connecting.ts';
import { exitOf } from '../exits.ts';
import { nearPath } from '../files/progress-lines.ts';
import { createSizes } from '../files/sizes.ts';
import { createTransferPace } from '../files/transfer-pace.ts';
import { writeLastHost } from '../last-host.ts';
import { EXIT } from '../session.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { findRoom } from '../way-in.ts';
import type { FileArguments } from './file-arguments.ts';
import { createProgressDisplay, type ProgressDisplay } from './progress-display.ts';
import { type TransferWatch, watchTransfers } from './transfer-watch.ts';

/** A short stay with this device, to do one thing and go. */
export interface Visit {
  readonly client: Client;
  readonly room: string;
  readonly watch: TransferWatch;
  readonly display: ProgressDisplay;
  /** Resolves when all that the relay has of the room is here. */
  readonly caughtUp: Promise<void>;
  readonly t: Texts['terminal'];
  /** In words, where one looks. */
  complain(error: CodedError, about?: string): void;
}

interface Errand {
  /** What is said where the device is in use: where to do it there. */
  readonly there: 'useUpload' | 'useDownload';
  /** Resolves with the exit code. */
  run(visit: Visit): Promise<number>;
  /** A signal came: what was begun goes on the next time, or is given up. */
  interrupt(visit: Visit): Promise<void>;
}

/** Comes in with the device of the data folder, does it, and goes. Resolves with the exit code. */
export async function visit(args: FileArguments, language: Language, errand: Errand): Promise<number> {
  const { terminal: t, errors } = texts(language);
  const { stderr, env } = process;
  const style = { t, sizes: createSizes(language), pace: createTransferPace() };
  const display = createProgressDisplay(stderr, style, !env.NO_COLOR && env.TERM !== 'dumb');
  const complain = (error: CodedError, about?: string) => {
    const sentence = toSafeLine(sentenceFor(errors, error));
    display.say(about === undefined ? sentence : t.transferFailed(toSafeLine(about), sentence));
  };
  const stopped = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve('stop'));
  });
  /** What an earlier run began, and may have been killed before it could say how it ended. */
  const tellUnseen = (ended: readonly Transfer[]) => {
    for (const { state, name, error, path } of ended) {
      if (state === 'failed' && error) complain(error, name);
      else if (state === 'done' && path !== null) display.say(t.downloaded(toSafeLine(name), nearPath(path)));
    }
  };
  let client: NodeClient | undefined;
  try {
    const { invite, ...way } = await connect(args, undefined);
    client = way.client;
    const here = client;
    const watch = watchTransfers(here, (transfer) => display.update(transfer, watch.shown));
    const ready = readyRooms(here);
    tellTrouble(here, complain);
    const work = async (): Promise<number> => {
      // Which relay this is may be known only once it answers. Nobody knocks where there is no person to wait at the door.
      if (!invite && !isInside(here)) await ready.connected;
      if (!invite && !isInside(here)) throw new CodedError('invitation_needed');
      const first = await findRoom(here, { name: defaultName(), invite, openRoom: false });
      await writeLastHost(way.folder, { host: way.host, chatPort: way.chatPort, relayKey: here.relay()?.key });
      const room = args.room === undefined ? first : findRoomCalled(here, args.room);
      current = { client: here, room, watch, display, caughtUp: ready.of(room), t, complain };
      return errand.run(current);
    };
    let current: Visit | undefined;
    const result = await Promise.race([work(), stopped]);
    tellUnseen(watch.unseen);
    if (result !== 'stop') return result;
    // A second signal ends it as signals do.
    if (current) await errand.interrupt(current);
    return EXIT.unsent;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    complain(error);
    const exit = exitOf(error);
    if (exit === EXIT.inUse) display.say(t[errand.there]);
    return NOT_LET_IN.has(error.code) ? EXIT.notLetIn : exit;
  } finally {
    display.close();
    await client?.close();
    process.stdin.destroy();
  }
}

const isInside = (client: Client) => client.rooms().some((room) => ['ready', 'joining'].includes(client.view(room).phase));

/** What the door says. */
const NOT_LET_IN = new Set([
  'unknown_room',
  'wrong_token',
  'wrong_link',
  'link_closed',
  'room_full',
  'not_inside',
  'removed',
  'left',
  'already_founded',
]);

function readyRooms(client: Client) {
  const caughtUp = new Set<string>();
  const waiting = new Map<string, () => void>();
  let connect: () => void = () => {};
  const connected = new Promise<void>((resolve) => (connect = resolve));
  client.on((event) => {
    if (event.event === 'build') connect();
    if (event.event !== 'ready') return;
    caughtUp.add(event.room);
    waiting.get(event.room)?.();
  });
  return {
    connected,
    of: (room: string): Promise<void> =>
      caughtUp.has(room) ? Promise.resolve() : new Promise((resolve) => waiting.set(room, () => resolve())),
  };
}

/** Why nothing moves, once for each reason. */
function tellTrouble(client: Client, complain: (error: CodedError) => void): void {
  let told = '';
  client.on((event) => {
    if (event.event !== 'state' || event.connection.state === 'connecting') return;
    const { connection } = event;
    const code = connection.state === 'offline' ? connection.code : '';
    if (connection.state === 'offline' && code !== told) complain(new CodedError(code, connection.detail));
    told = code;
  });
}
