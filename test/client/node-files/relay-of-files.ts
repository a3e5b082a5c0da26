import { X509Certificate, createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttpFiles, type RelayNow } from '../../../src/client/node/files/file-transport.ts';
import { loadTlsIdentity } from '../../../src/server/tls-identity.ts';
import { createMachine, temporaryFolder } from '../../server/running.ts';

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a test answers a request with; undefined: the relay says nothing. */
export type Answer = (heard: Heard, response: ServerResponse, request: IncomingMessage) => void;

export interface RelayOfFiles {
  readonly port: number;
  readonly key: Uint8Array;
  readonly heard: Heard[];
  readonly connections: () => number;
  answer: Answer;
  /** As soon as a request begins, before its body. */
  begin: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Ends all connections that wait for a request. */
  drop(): void;
}

const identities = new Map<number, ReturnType<typeof loadTlsIdentity>>();

/** A real TLS server with a relay's key, whose answers the test makes. */
export async function serveFiles(identity = 0): Promise<RelayOfFiles> {
  const known =
    identities.get(identity) ??
    loadTlsIdentity(
      temporaryFolder(() => {}),
      createMachine(),
      Date.now(),
    );
  identities.set(identity, known);
  const { key, chain } = await known;
  const sockets = new Set<Socket>();
  let connections = 0;
  const relay: RelayOfFiles = {
    port: 0,
    key: keyOf(chain),
    heard: [],
    connections: () => connections,
    answer: (_heard, response) => void response.writeHead(204).end(),
    begin: undefined,
    drop: () => sockets.forEach((socket) => socket.destroy()),
  };
  const server = createServer({ key, cert: chain }, (request, response) => {
    if (relay.begin && !relay.begin(request, response)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const heard = { method, url, headers, body: Buffer.concat(chunks) };
      relay.heard.push(heard);
      relay.answer(heard, response, request);
    });
  });
  server.on('secureConnection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    relay.drop();
    server.close();
  });
  return Object.assign(relay, { port: (server.address() as AddressInfo).port });
}

/** What clients know a relay by: SHA-256 of its SubjectPublicKeyInfo. */
export function keyOf(chain: string): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  );
}

export const ROOM = '0123456789abcdef0123456789abcdef';
export const BLOB = 'fedcba98765432100123456789abcdef';

/** The transport to it, with tickets that count: each renewal is another one. */
export function reach(relay: RelayOfFiles, change: Partial<RelayNow> = {}, port = relay.port) {
  let tickets = 1;
  const asked: boolean[] = [];
  const { make, close } = createHttpFiles(() => ({ host: '127.0.0.1', relay: relay.key, webPort: undefined, ...change }));
  onTestFinished(close);
  const transport = make(async (_room, { renew }) => {
    asked.push(renew);
    if (renew) tickets += 1;
    return { ticket: Buffer.from(`ticket ${tickets}`), port };
  });
  return { transport, asked };
}

export const noise = (length: number): Buffer => randomBytes(length);
