import { createHash, X509Certificate } from 'node:crypto';
import { Agent, type ClientRequestArgs } from 'node:http';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CodedError, equalBytes, toHex, toWords } from '../../../protocol/index.ts';
import { nameFault } from '../faults.ts';

/** Whom a request is for: a place, and the key that has to be there. */
export interface PinnedTarget extends ClientRequestArgs {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relay: Uint8Array;
}

/** How long the way to the relay may take before it counts as not there, ms. */
const CONNECT_TIMEOUT = 8_000;
/** Two transfers each way, what they ask beside, and what a person looks at meanwhile. */
const CONNECTIONS = 12;

type OnConnection = (error: Error | null, socket?: TLSSocket) => void;

/**
 * Keep-alive connections to a relay whose key is known. The certificate's chain says nothing here; the key is compared before HTTP gets the socket,
 * so that not a byte of a request, and no ticket, goes to anybody else.
 */
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
    const { host, port, relay } = options as PinnedTarget;
    const finish = done as OnConnection;
    const socket = connectTls({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    socket.setNoDelay(true);
    let fault: CodedError | undefined;
    const fail = (error: NodeJS.ErrnoException) => (fault ??= new CodedError(nameFault(error, host)));
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), CONNECT_TIMEOUT);
    const closed = () => {
      clearTimeout(timer);
      finish(fault ?? new CodedError('lost'));
    };
    socket.on('error', fail);
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      const found = keyOf(socket);
      if (!equalBytes(found, relay)) {
        fault = new CodedError('wrong_key', { expected: toWords(relay).join(' '), found: toWords(found).join(' ') });
        return void socket.destroy();
      }
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', closed);
      finish(null, socket);
    });
    return undefined;
  }
}

function keyOf(socket: TLSSocket): Uint8Array {
  const { raw } = socket.getPeerCertificate();
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(key).digest());
}
