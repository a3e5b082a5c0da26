import { CodedError } from '../../../protocol/index.ts';
import { openChannel } from '../../children/channel.ts';
import { type RunningMediaServer, startMediaServer } from './media-server.ts';
import type { FromMediaProcess, ToMediaProcess } from './messages.ts';

/** The media process: packets never run on the chat's event loop. The relay restarts it when it dies, and calls come back. */
let running: Promise<RunningMediaServer | undefined> | undefined;
const staysByMember = new Map<string, number>();
const nameOf = (call: string, member: string) => `${call} ${member}`;

const channel = openChannel<ToMediaProcess, FromMediaProcess>((message) => {
  if (message.kind === 'start') running ??= start(message);
  else void running?.then((server) => server && obey(server, message));
});

function start({ port }: Extract<ToMediaProcess, { kind: 'start' }>): Promise<RunningMediaServer | undefined> {
  const events = {
    onEnded(call: string, member: string, code: string) {
      const stay = staysByMember.get(nameOf(call, member)) ?? 0;
      staysByMember.delete(nameOf(call, member));
      channel.tell({ kind: 'ended', stay, call, member, code });
    },
    onDemand: (call: string, member: string, demand: Extract<FromMediaProcess, { kind: 'demand' }>['demand']) =>
      channel.tell({ kind: 'demand', call, member, demand }),
  };
  return startMediaServer(port, events).then(
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

async function obey({ sfu, stop }: RunningMediaServer, message: Exclude<ToMediaProcess, { kind: 'start' }>): Promise<void> {
  switch (message.kind) {
    case 'join': {
      const { stay, call, member, offer } = message;
      try {
        const answer = await sfu.join(call, member, offer);
        staysByMember.set(nameOf(call, member), stay);
        channel.tell({ kind: 'joined', stay, answer });
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        channel.tell({ kind: 'refused', stay, code: error.code, detail: error.detail });
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
