import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { Server as SocketIoServer } from 'socket.io';
import type { RelayLink, RelaySession } from '../link.ts';
import type { RelayLimits } from '../server-limits.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { TlsMaterial } from './native.ts';
import { createSlowReaders } from './slow-readers.ts';
import type { FilesProxy } from './web/files-proxy.ts';
import type { HostCheck } from './web/host-check.ts';
import { type Exchange, sendError } from './web/responses.ts';
import { answer, type RouteFacts, secureUrl } from './web/routes.ts';
import { createSessionBounds, type EngineSession } from './web/session-bounds.ts';
import { createSniffingServer } from './web/sniffer.ts';
import { linkSocket } from './web/socket-link.ts';
import { examine, type Visit } from './web/visit.ts';

/** Page, HTTP API and Socket.IO, over http and https on one port. */
export interface WebListener {
  /** Makes one listening server; IPv4 and IPv6 have one each. */
  create(): Server;
  /** For connections from now on; those there are go on. */
  renew(tls: TlsMaterial): void;
  close(): Promise<void>;
}

export interface WebPorts {
  readonly accept: (link: RelayLink) => RelaySession;
  readonly hosts: HostCheck;
  readonly gate: ConnectionGate;
  /** Where requests under /files/ go; undefined where there are no files. */
  readonly files: FilesProxy | undefined;
}

export interface WebOptions extends RouteFacts {
  readonly tls: TlsMaterial;
  readonly limits: RelayLimits;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly proxies: ReadonlySet<string>;
}

/** Time a connection may idle between requests, ms; longest headers, bytes. */
const HTTP_BOUNDS = { keepAliveTimeout: 10_000, maxHeaderSize: 16 * 1024 };
/** Largest message of Socket.IO: a frame of the largest size in base64, as long polling has it, and some more. */
const LARGEST_MESSAGE = 1024 * 1024;
const HANDSHAKE_TIME = 10_000;
/** How long somebody on long polling who is sent away may take to come for the goodbye. Engine.IO waits thirty seconds, and so would whoever stops the relay. */
const GOODBYE_TIME = 1_000;
const SOCKET_IO = '/socket.io/';
const FILES = '/files/';

export function createWebListener({ accept, hosts, gate, files }: WebPorts, options: WebOptions): WebListener {
  const { limits } = options;
  const visits = new WeakMap<IncomingMessage, Visit>();
  const sessions = createSessionBounds({
    total: limits.connections + limits.spareSockets,
    perAddress: limits.connectionsPerAddress + limits.spareSockets,
  });
  const slowReaders = createSlowReaders({ perSocket: 2 * limits.sendQueue, inAll: limits.queuedInAll });
  // It never listens: requests of both servers are handed to it once they have been examined.
  const hub = createHttpServer((request, response) => answer(exchangeOf(request, response), options));
  const io = new SocketIoServer(hub, {
    path: SOCKET_IO,
    serveClient: false,
    maxHttpBufferSize: LARGEST_MESSAGE,
    connectTimeout: HANDSHAKE_TIME,
    perMessageDeflate: false,
    httpCompression: false,
    cookie: false,
    allowRequest: (request, decide) => {
      const admitted = sessions.admits(look(request).address);
      decide(admitted ? null : 'too_many_connections', admitted);
    },
  });

  io.engine.on('connection', (session: EngineSession & { transport: object; request: IncomingMessage }) => {
    Object.assign(session.transport, { closeTimeout: GOODBYE_TIME });
    sessions.add(session, look(session.request).address);
  });

  io.use((socket, next) => {
    const visit = visits.get(socket.request) ?? look(socket.request);
    if (visit.secure) return next();
    const url = secureUrl({ visit, path: '/' });
    next(Object.assign(new Error('tls_required'), { data: { code: 'tls_required', url } }));
  });
  io.on('connection', (socket) => linkSocket(socket, look(socket.request).address, accept));

  function look(request: IncomingMessage): Visit {
    const visit = visits.get(request) ?? examine(request, hosts, options.proxies);
    visits.set(request, visit);
    return visit;
  }

  function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
    return { request, response, visit: look(request), path: (request.url ?? '/').split('?')[0] as string };
  }

  function take(request: IncomingMessage, response: ServerResponse): void {
    const exchange = exchangeOf(request, response);
    const { obstacle } = exchange.visit;
    if (obstacle) return refuse(exchange, obstacle);
    if (files && exchange.path.startsWith(FILES)) return files.handle(exchange);
    endUnlessWhole(exchange, limits.requestTime);
    if (exchange.path.startsWith(SOCKET_IO)) setCors(exchange);
    hub.emit('request', request, response);
  }

  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (look(request).obstacle || !(request.url ?? '').startsWith(SOCKET_IO))
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    else hub.emit('upgrade', request, socket, head);
  }

  const bounds = {
    ...HTTP_BOUNDS,
    headersTimeout: limits.headersTime,
    // Files may take as long as they keep moving; for all else see endUnlessWhole.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headersTime / 2,
  };
  const http = createHttpServer(bounds, take).on('upgrade', upgrade);
  const https = createHttpsServer({ ...bounds, ...webContext(options.tls), handshakeTimeout: HANDSHAKE_TIME }, take).on('upgrade', upgrade);
  http.on('connection', slowReaders.watch);
  https.on('secureConnection', slowReaders.watch);
  https.on('tlsClientError', (_error, socket) => socket.destroy());
  // These two do not listen themselves, and Node looks after their requests' times from there on.
  for (const server of [http, https]) server.emit('listening');

  return {
    create: () => createSniffingServer({ http, https }, gate, limits.headersTime),
    renew: (tls) => https.setSecureContext(webContext(tls)),
    async close() {
      slowReaders.close();
      io.disconnectSockets(true);
      // Closing Engine.IO throws away what is still to be told.
      await sessions.empty(GOODBYE_TIME);
      await io.close();
      for (const server of [http, https]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

const webContext = ({ key, chain }: TlsMaterial) => ({ key, cert: chain, minVersion: 'TLSv1.2' }) as const;

function refuse(exchange: Exchange, obstacle: 'host' | 'origin'): void {
  const message =
    obstacle === 'host'
      ? 'This relay is not called that. Start it with --host-name NAME if it should be.'
      : 'Pages of other sites may not come here.';
  sendError(exchange, obstacle === 'host' ? 421 : 403, 'host_refused', message);
}

/** A request has to have come in time, with its body; how long its answer takes is another matter. */
function endUnlessWhole({ request, response }: Exchange, time: number): void {
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (!response.headersSent) request.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    request.socket.destroy();
  }, time);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** Socket.IO answers by itself; pages of this machine on other ports may read it. */
function setCors({ request, response }: Exchange): void {
  const { origin } = request.headers;
  if (!origin) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
}
