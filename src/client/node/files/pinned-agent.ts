import { Agent, type ClientRequestArgs } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { toHex } from '../../../protocol/index.ts';
import { connectPinned, type PinnedTarget } from './pinned-connection.ts';

/** Two transfers each way, what they ask beside, and what a person looks at meanwhile. */
const CONNECTIONS = 12;

type OnConnection = (error: Error | null, socket?: TLSSocket) => void;

/** Keep-alive connections to a relay whose key is known: HTTP gets a socket when the key was compared. */
export class PinnedAgent extends Agent {
  constructor() {
    super({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' });
  }

  override getName(options?: ClientRequestArgs): string {
    const { host, port, relay } = options as PinnedTarget;
    return `${host} ${port} ${toHex(relay)}`;
  }

  // Found by the one that Node calls, whatever its types say.
  override createConnection(options: ClientRequestArgs, done?: unknown): undefined {
    const finish = done as OnConnection;
    connectPinned(options as PinnedTarget).then(
      (socket) => finish(null, socket),
      (error: unknown) => finish(error as Error),
    );
    return undefined;
  }
}
