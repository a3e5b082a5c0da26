import { CodedError } from '../../../protocol/index.ts';
import { openChannel } from '../../children/channel.ts';
import type { MediaEvents } from '../media-engine.ts';
import type { SfuPorts } from '../sfu/sfu.ts';
import { type RunningMediaServer, startMediaServer } from './media-server.ts';
import type { FromMediaProcess, ToMediaProcess } from './messages.ts';

/** Lines of the host's log about what went wrong: the first ones say it, and somebody may make more of them. */
const MOST_FAULTS = 20;

/** The media process: packets never run on the chat's event loop. The relay restarts it when it dies, and calls come back. */
let running: Promise<RunningMediaServer | undefined> | undefined;
const staysByMember = new Map<string, number>();
const nameOf = (call: string, member: string) => `${call} ${member}`;
const stayOf = (call: string, member: string) => staysByMember.get(nameOf(call, member)) ?? 0;

const channel = openChannel<ToMediaProcess, FromMediaProcess>((message) => {
  if (message.kind === 'start') running ??= start(message);
  else void running?.then((server) => server && obey(server, message));
});

function start({ port, limits }: Extract<ToMediaProcess, { kind: 'start' }>): Promise<RunningMediaServer | undefined> {
  let faults = 0;
  const events: MediaEvents & Pick<SfuPorts, 'onFault'> = {
    onFault(error) {
      if ((faults += 1) <= MOST_FAULTS) channel.tell({ kind: 'log', line: `! media ${describe(error)}` });
    },
    onEnded(call, member, code) {
      channel.tell({ kind: 'ended', call, member, stay: stayOf(call, member), code });
      staysByMember.delete(nameOf(call, member));
    },
    onDemand: (call, member, demand) => channel.tell({ kind: 'demand', call, member, stay: stayOf(call, member), demand }),
  };
  return startMediaServer(port, limits, events).then(
    (server) => {
      channel.tell({ kind: 'listening', port: server.port, moved: server.moved });
      return server;
    },
    (error: unknown) => {
      channel.fail(error, 'media_failed');
      return undefined;
    },
  );
}

/** Where it happened; nothing of what was in the packet. */
function describe(error: unknown): string {
  const lines = (error instanceof Error ? (error.stack ?? error.message) : String(error)).split('\n');
  return lines
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' | ');
}

async function obey({ sfu, stop }: RunningMediaServer, message: Exclude<ToMediaProcess, { kind: 'start' }>): Promise<void> {
  switch (message.kind) {
    case 'join': {
      const { call, member, stay, offer } = message;
      try {
        // First: what is said of it while it comes in is of this stay already.
        staysByMember.set(nameOf(call, member), stay);
        channel.tell({ kind: 'joined', call, member, stay, answer: await sfu.join(call, member, offer) });
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        staysByMember.delete(nameOf(call, member));
        channel.tell({ kind: 'refused', call, member, stay, code: error.code, detail: error.detail });
      }
      return;
    }
    case 'want':
      return sfu.want(message.call, message.member, message.wants);
    case 'leave':
      staysByMember.delete(nameOf(message.call, message.member));
      return sfu.leave(message.call, message.member);
    case 'stop':
      await stop();
      process.exit(0);
  }
}
