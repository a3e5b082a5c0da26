import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { FILE_LIMITS } from '../../blobs/file-limits.ts';
import { drain } from '../../blobs/http/drain.ts';
import { createTally } from '../../tally.ts';
import type { GateLimits } from '../connection-gate.ts';
import { type Exchange, sendError } from './responses.ts';
import { secureUrl } from './routes.ts';
import { createTurns, type Turns } from './turns.ts';

/** Hands requests about files on to the file process: browsers that clicked a warning away reach this port alone. */
export interface FilesProxy {
  /** A request under /files/ whose host and origin were checked. */
  handle(exchange: Exchange): void;
}

/** Requests that are handed on at once, in all and of one address; the file process has bounds of its own, by device. */
const BOUNDS = { total: 256, perAddress: 64 };

/** Headers that mean something to the file process. Whatever else a client sends ends here. */
const THERE = [
  'authorization',
  'content-length',
  'content-type',
  'host',
  'if-range',
  'origin',
  'range',
  'transfer-encoding',
  'tus-resumable',
  'upload-defer-length',
  'upload-length',
  'upload-offset',
];
/** These are of one connection (RFC 9110 section 7.6.1). */
const OF_ONE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

/** @param door where the file process listens for this one: path of a Unix socket or a named pipe */
export function createFilesProxy(door: string, { total, perAddress }: GateLimits = BOUNDS): FilesProxy {
  const turns = createTurns();
  const countsByAddress = createTally();
  let count = 0;

  return {
    handle(exchange) {
      const { request, response, visit } = exchange;
      if (!visit.secure) return sendError(exchange, 403, 'tls_required', 'Use https for this address.', { url: secureUrl(exchange) });
      if (count >= total || countsByAddress.of(visit.address) >= perAddress)
        return sendError(exchange, 429, 'too_many_connections', 'As many requests are under way as may: try again when one has ended.');
      count += 1;
      countsByAddress.add(visit.address);
      response.once('close', () => {
        count -= 1;
        countsByAddress.remove(visit.address);
      });
      const sized = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
      const headers = Object.fromEntries(
        THERE.flatMap((name) => (request.headers[name] === undefined ? [] : [[name, request.headers[name]]])),
      );
      // Node would announce a body of unknown size.
      if (!sized) headers['content-length'] = '0';
      const upstream = requestHttp({ socketPath: door, path: request.url ?? '/', method: request.method ?? 'GET', headers, agent: false });
      response.on('error', () => {});
      request.on('error', () => {});
      // Whoever goes away takes the other side along.
      response.once('close', () => upstream.destroy());
      upstream.on('error', () => {
        if (response.headersSent || response.destroyed) return void response.destroy();
        sendError(exchange, 503, 'storage_failed', 'The file process of this relay is starting: try again shortly.');
      });
      upstream.once('response', (answer) => passBack(answer, exchange, turns));
      sendOn(request, upstream, turns);
    },
  };
}

function sendOn(request: IncomingMessage, upstream: ClientRequest, turns: Turns): void {
  const stop = pump(request, upstream, turns);
  request.once('end', () => upstream.end());
  // It broke off: what came of it must not look whole.
  request.once('close', () => {
    if (!request.complete) upstream.destroy();
  });
  // Nobody takes it any more: it is let run out, within bounds, so that its sender reads the answer.
  upstream.once('close', () => {
    stop();
    drain(request, FILE_LIMITS);
  });
}

function passBack(answer: IncomingMessage, { response }: Exchange, turns: Turns): void {
  const headers = Object.entries(answer.headers).filter(([name]) => !OF_ONE_CONNECTION.has(name));
  response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
  pump(answer, response, turns);
  answer.once('end', () => response.end());
  answer.once('close', () => {
    if (!answer.complete) response.destroy();
  });
}

/** One piece a turn, and none while the other side has not taken what it was given. @returns what ends it */
function pump(from: Readable, to: Writable, turns: Turns): () => void {
  let over = false;
  const take = (chunk: Buffer): void => {
    from.pause();
    const goOn = (): void => turns.wait(chunk.length, () => over || from.resume());
    if (to.write(chunk)) goOn();
    else to.once('drain', goOn);
  };
  from.on('data', take);
  return () => {
    over = true;
    from.off('data', take);
  };
}
