import { createServer, type Server, type Socket } from 'node:net';
import type { ConnectionGate } from '../connection-gate.ts';

/** First byte of a TLS handshake record (RFC 8446 section 5.1); no HTTP request begins with it. */
const TLS_HANDSHAKE = 0x16;
/** What takes over connections: an HTTP or HTTPS server that does not listen itself. */
interface Taker {
  emit(event: 'connection', socket: Socket): boolean;
}

/**
 * HTTP and HTTPS on one port: browsers accept a certificate exception for one port only.
 * @param firstByteTime browsers open connections ahead of need: those that say nothing are closed after this time, ms
 */
export function createSniffingServer(
  takers: { readonly http: Taker; readonly https: Taker },
  gate: ConnectionGate,
  firstByteTime: number,
): Server {
  return createServer({ noDelay: true }, (socket) => {
    if (!gate.admit(socket)) return;
    const giveUp = (): void => void socket.destroy();
    socket.setTimeout(firstByteTime, giveUp);
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.setTimeout(0);
      socket.off('timeout', giveUp);
      // Back to the front: whoever takes over reads from the first byte on.
      socket.unshift(chunk);
      (chunk[0] === TLS_HANDSHAKE ? takers.https : takers.http).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}
