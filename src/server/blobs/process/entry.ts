import { constants, setPriority } from 'node:os';
import { CodedError } from '../../../protocol/index.ts';
import { type RunningFileServer, startFileServer } from './file-server.ts';
import type { FromFileProcess, ToFileProcess } from './messages.ts';

/**
 * The file process: bulk bytes never run on the chat's event loop. It lives as long as the channel to the relay does, so that a relay that was
 * killed leaves no port behind; the relay restarts it when it dies.
 */
const tell = (message: FromFileProcess): void => {
  // The channel may be gone by now: then there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

process.on('disconnect', () => process.exit(0));
// Ctrl+C and the end of a session reach all processes of a terminal: the relay says when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

try {
  // Chat comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Systems that do not let it run as before.
}

let running: Promise<RunningFileServer | undefined> | undefined;

process.on('message', (message: ToFileProcess) => {
  if (message.kind === 'start') {
    running ??= startFileServer(message.start, (line) => tell({ kind: 'log', line })).then(
      (server) => {
        tell({ kind: 'listening', port: server.port, moved: server.moved });
        return server;
      },
      (error: unknown) => {
        const coded =
          error instanceof CodedError ? error : new CodedError('files_failed', { because: String((error as Error).message).slice(0, 120) });
        tell({ kind: 'failed', code: coded.code, detail: coded.detail });
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
