import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { HostCheck } from './web/host-check.ts';
import { corsHeaders } from './web/responses.ts';
import { examine } from './web/visit.ts';

/** Time for the one question that is answered here, ms. */
const PATIENCE = 5_000;
const NOBODY: ReadonlySet<string> = new Set();

/**
 * Answers `GET /trusted` on the chat port, to pages of this host: whoever gets the answer trusts the relay's CA.
 *
 * A page cannot see whether its own connection came about by trust or by a click on "proceed anyway". But an exception holds for what
 * was shown when it was made: Firefox binds it to host and port, Chromium to host and certificate, Safari to the certificate. This is
 * another port with another certificate (the same key and CA, another serial number), so that no exception reaches it, and a
 * request that a page makes cannot be clicked through. What remains is trust in the CA.
 */
export function createTrustCheck(hosts: HostCheck): (socket: TLSSocket) => void {
  const http = createServer({ maxHeaderSize: 16 * 1024 }, (request: IncomingMessage, response: ServerResponse) => {
    const visit = examine(request, hosts, NOBODY);
    const answered = !visit.obstacle && request.method === 'GET' && request.url === '/trusted';
    response
      .writeHead(answered ? 204 : 404, { ...corsHeaders({ request, visit }), 'Cache-Control': 'no-store', Connection: 'close' })
      .end();
  });
  http.on('clientError', (_error, socket) => void socket.destroy());
  return (socket) => {
    const timer = setTimeout(() => socket.destroy(), PATIENCE).unref();
    socket.once('close', () => clearTimeout(timer));
    socket.on('error', () => {});
    http.emit('connection', socket);
  };
}
