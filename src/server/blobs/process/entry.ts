import { constants, setPriority } from 'node:os';
import { openChannel } from '../../children/channel.ts';
import { type RunningFileServer, startFileServer } from './file-server.ts';
import type { ToFileProcess } from './messages.ts';

/** The file process: bulk bytes never run on the chat's event loop. The relay restarts it when it dies. */
try {
  // Chat comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Systems that do not let it run as before.
}

let running: Promise<RunningFileServer | undefined> | undefined;

const channel = openChannel<ToFileProcess, never>((message) => {
  if (message.kind === 'start') {
    running ??= startFileServer(message.start, (line) => channel.tell({ kind: 'log', line })).then(
      (server) => {
        channel.tell({ kind: 'listening', port: server.port, moved: server.moved });
        return server;
      },
      (error: unknown) => {
        channel.fail(error, 'files_failed');
        return undefined;
      },
    );
    return;
  }
  void running?.then(async (server) => {
    if (message.kind === 'renew') server?.renew(message.tls);
    else if (message.kind === 'revoke') server?.revoke(message.revocation);
    else {
      await server?.stop();
      process.exit(0);
    }
  });
});
