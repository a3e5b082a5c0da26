import { io, type Socket } from 'socket.io-client';
import { CodedError, ERRORS } from '../../protocol/index.ts';
import type { Connector, Link, LinkEvents } from '../ports.ts';

/** The one event of our Socket.IO traffic, in both directions: a run of frames as binary. */
const RUN = 'f';

/** Longest wait for one attempt. The engine tries again; Socket.IO's own reconnection is off, so that one of them decides. */
const CONNECT_TIME = 10_000;

/** What carries the link: browsers that do not trust the certificate may refuse the first, and then stay with the other. */
export type Carrier = 'websocket' | 'polling';

/**
 * Links over Socket.IO to the relay that served the page. Long polling comes first and stays where WebSocket is refused: iPhones whose
 * owner clicked through the certificate warning get no `wss` at all.
 */
export function createSocketIoConnector(url?: string, onCarrier: (carrier: Carrier) => void = () => {}): Connector {
  return {
    connect: (events, signal) =>
      new Promise((resolve, reject) => {
        const options = {
          transports: ['polling', 'websocket'],
          reconnection: false,
          forceNew: true,
          autoConnect: false,
          timeout: CONNECT_TIME,
        };
        const socket = url === undefined ? io(options) : io(url, options);
        const give = (error: CodedError) => {
          socket.disconnect();
          reject(error);
        };
        if (signal.aborted) return give(new CodedError('offline'));
        signal.addEventListener('abort', () => give(new CodedError('offline')), { once: true });
        socket.once('connect_error', (error) => give(reasonOf(error)));
        socket.once('connect', () => {
          const { engine } = socket.io;
          onCarrier(engine.transport.name as Carrier);
          engine.on('upgrade', ({ name }) => onCarrier(name as Carrier));
          resolve(linkOver(socket, events));
        });
        socket.connect();
      }),
  };
}

function linkOver(socket: Socket, events: LinkEvents): Link {
  let ended = false;
  const end = (code: string) => {
    if (ended) return;
    ended = true;
    socket.disconnect();
    events.onClose(code);
  };
  socket.on(RUN, (run: unknown) => {
    if (ended) return;
    // Node's own Socket.IO hands over views, a browser's buffers.
    if (run instanceof ArrayBuffer) events.onRun(new Uint8Array(run));
    else if (run instanceof Uint8Array) events.onRun(run);
    else end('bad_frame');
  });
  socket.on('disconnect', (reason) => end(reason === 'ping timeout' ? 'timeout' : 'no_route'));
  return {
    send(run) {
      // A view would take its whole buffer along on some transports.
      if (!ended) socket.emit(RUN, run.byteLength === run.buffer.byteLength ? run.buffer : run.slice().buffer);
    },
    get queued() {
      return queuedOf(socket);
    },
    close() {
      ended = true;
      socket.disconnect();
    },
  };
}

/** Packets stay in the write buffer until their transport has taken them; a WebSocket then has a buffer of its own. */
function queuedOf(socket: Socket): number {
  const engine = socket.io.engine;
  if (!engine) return 0;
  let bytes = 0;
  for (const { data } of engine.writeBuffer) bytes += sizeOf(data);
  const { ws } = engine.transport as { ws?: { bufferedAmount?: number } };
  return bytes + (ws?.bufferedAmount ?? 0);
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return (data as { byteLength?: number } | undefined)?.byteLength ?? 0;
}

/**
 * What a refused or failed attempt was about. A page is not told why nothing came back: a relay that is off, a closed firewall and
 * another network are all `no_route`.
 */
function reasonOf(error: Error & { data?: unknown; description?: unknown; context?: unknown }): CodedError {
  const { code, url } = (error.data ?? {}) as { code?: unknown; url?: unknown };
  if (typeof code === 'string' && Object.hasOwn(ERRORS, code)) return new CodedError(code, typeof url === 'string' ? { url } : {});
  if (error.message === 'timeout') return new CodedError('timeout');
  if (typeof error.description === 'number' && error.description >= 300) return new CodedError(readRefusal(error.context));
  return new CodedError((globalThis.navigator?.onLine ?? true) ? 'no_route' : 'no_network', { because: error.message });
}

/** Something answered, and not with a session: this relay says why, others are none. */
function readRefusal(answer: unknown): string {
  try {
    const { code, message } = JSON.parse((answer as { responseText: string }).responseText) as { code?: unknown; message?: unknown };
    const known = [code, message].find((word) => typeof word === 'string' && (word === 'host_refused' || Object.hasOwn(ERRORS, word)));
    return (known as string | undefined) ?? 'not_corrillo';
  } catch {
    return 'not_corrillo';
  }
}
