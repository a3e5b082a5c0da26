import { createServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { TLS_EXPORTER } from '../../protocol/index.ts';
import { normalizeAddress } from '../addresses.ts';
import type { RelayLink, RelaySession } from '../link.ts';
import type { ConnectionGate } from './connection-gate.ts';

/** How long a peer has for its handshake, and for taking what is left when it is sent away. */
const HANDSHAKE_TIME = 10_000;
const CLOSING_TIME = 1_000;
const HTTP = 'http/1.1';

export interface TlsMaterial {
  readonly key: string;
  readonly chain: string;
}

/** What a server of the chat port is created with, and again when its certificate is renewed. */
export const nativeContext = ({ key, chain }: TlsMaterial) => ({ key, cert: chain, minVersion: 'TLSv1.3' }) as const;

/**
 * Frames straight on TLS 1.3, for programs: no HTTP in the way.
 * @param takeBrowser takes connections that ask for HTTP, as only browsers do: programs of ours name no protocol
 */
export function createNativeServer(
  accept: (link: RelayLink) => RelaySession,
  material: TlsMaterial,
  gate: ConnectionGate,
  takeBrowser: (socket: TLSSocket) => void = (socket) => void socket.destroy(),
): TlsServer {
  const options = { ...nativeContext(material), ALPNProtocols: [HTTP], noDelay: true, handshakeTimeout: HANDSHAKE_TIME };
  const server = createServer(options, (socket) => {
    if (socket.alpnProtocol === HTTP) return takeBrowser(socket);
    const session = accept(linkOf(socket));
    socket.on('data', (chunk: Uint8Array) => session.receive(chunk));
    socket.on('close', () => session.closed());
    // What is wrong with a connection ends it: `close` follows.
    socket.on('error', () => {});
  });
  server.on('connection', (socket) => void gate.admit(socket));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function linkOf(socket: TLSSocket): RelayLink {
  return {
    kind: 'native',
    address: normalizeAddress(socket.remoteAddress),
    // In TLS 1.3 an empty context and none are the same (RFC 8446 section 7.5).
    exporter: new Uint8Array(socket.exportKeyingMaterial(TLS_EXPORTER.length, TLS_EXPORTER.label, Buffer.alloc(0))),
    get queued() {
      return socket.writableLength;
    },
    write(run) {
      if (socket.writable) socket.write(run);
    },
    close() {
      socket.end();
      // A peer that does not read would keep its queue in memory.
      const timer = setTimeout(() => socket.destroy(), CLOSING_TIME);
      socket.once('close', () => clearTimeout(timer));
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}
