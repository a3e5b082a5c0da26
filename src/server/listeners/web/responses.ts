import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageFile } from './page-files.ts';
import type { Visit } from './visit.ts';

/** One request on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly visit: Visit;
  readonly path: string;
}

/** On every answer: what is sent is what it says it is, and nobody is told where a visitor came from. */
const ALWAYS = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' } as const;

export function send(
  { request, response }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { ...ALWAYS, ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  // HEAD: the headers of a GET and nothing else.
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function sendJson(exchange: Exchange, status: number, value: object, headers: Readonly<Record<string, string>> = {}): void {
  send(
    exchange,
    status,
    { 'Content-Type': 'application/json; charset=utf-8', ...corsHeaders(exchange), ...headers },
    `${JSON.stringify(value)}\n`,
  );
}

/** `code` is for programs and stays; `message` says in English what to do. */
export function sendError(
  exchange: Exchange,
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { allow, ...fields } = more;
  sendJson(exchange, status, { status: 'error', code, message, ...fields }, allow ? { Allow: allow } : {});
}

/** Pages of this machine and its network may read; there are no credentials to go with it. Foreign ones may not. */
export function corsHeaders({ request, visit }: Pick<Exchange, 'request' | 'visit'>): Record<string, string> {
  if (visit.obstacle) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': request.headers.origin ?? '*', Vary: 'Origin' };
}

/** Named, and not with a weight of zero (RFC 9110 section 12.5.3). */
const GZIP_ACCEPTED = /(^|[\s,])gzip\s*(,|$|;\s*q=(?!0(\.0*)?\s*(,|$)))/i;

/** A file of the page. No inline scripts, no other origins; sockets to this host alone. @param filePort where files are sent to as well; 0: nowhere else */
export function sendFile(exchange: Exchange, file: PageFile, filePort: number): void {
  const { request, response, visit } = exchange;
  const headers: Record<string, string> = {
    'Content-Type': file.type,
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Content-Security-Policy': policyFor(visit.host, filePort),
    'X-Frame-Options': 'DENY',
  };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, { ...ALWAYS, ...headers }).end();
    return;
  }
  const packed = GZIP_ACCEPTED.test(String(request.headers['accept-encoding'] ?? '')) ? file.gzip() : undefined;
  send(exchange, 200, packed ? { ...headers, 'Content-Encoding': 'gzip' } : headers, packed ?? file.bytes);
}

export function policyFor(host: string, filePort = 0): string {
  // A policy cannot name an IPv6 address: files go by the page's own port there.
  const name = host.replace(/:\d+$/, '');
  const files = filePort === 0 || name.includes(':') ? '' : ` https://${name}:${filePort}`;
  return [
    "default-src 'self'",
    // Safari before 15.4 does not take ws: and wss: of the same host for 'self'.
    `connect-src 'self' ws://${host} wss://${host}${files}`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
