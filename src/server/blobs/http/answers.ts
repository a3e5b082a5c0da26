import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';

/** tus 1.0.0 (tus.io/protocols/resumable-upload), as far as it is spoken here. */
export const TUS = { version: '1.0.0', extensions: 'creation,creation-defer-length,expiration,termination' } as const;

/** Status and, in English, what to do next. The code is for programs and stays. */
type Line = readonly [status: number, message: string];
const FAILED: Line = [503, 'The relay could not read or write its disk. Nothing was acknowledged: try again later.'];
const ERRORS: Readonly<Record<string, Line>> = {
  bad_request: [400, 'A header is missing or is not what it has to be: see PROTOCOL.md, "Files".'],
  ticket_refused: [401, 'The ticket is missing, over or not of this relay: ask for another one on the chat connection.'],
  host_refused: [403, 'Pages of other sites may not come here.'],
  not_yours: [403, 'Only the device that made this blob may do that.'],
  unknown_file: [404, 'No such blob, or this device is not in its room: the relay does not say which.'],
  method_not_allowed: [405, 'This method means nothing here.'],
  too_slow: [408, 'Nothing came for too long. Ask how much is there and go on.'],
  wrong_offset: [409, 'The blob does not end there: go on from Upload-Offset.'],
  tus_version: [412, 'Only Tus-Resumable 1.0.0 is spoken here.'],
  too_large: [413, 'These are more bytes than the blob was to have.'],
  room_storage_full: [413, "The room's files take as much as they may: remove some, or ask the relay's host for more."],
  device_storage_full: [413, "This device's files take as much as they may: remove some, or ask the relay's host for more."],
  relay_storage_full: [413, "The relay's disk has no room for it: remove files, or ask the relay's host."],
  wrong_type: [415, 'Bytes come as application/offset+octet-stream.'],
  range_not_satisfiable: [416, 'The blob is shorter than that.'],
  upload_busy: [423, 'Another request is writing this blob: try again when it has ended.'],
  too_many_connections: [429, 'As many requests are under way as may: try again when one has ended.'],
  storage_failed: FAILED,
};

/** On every answer: bytes are bytes, nobody keeps them, and nothing is a page. */
const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-site',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Tus-Resumable': TUS.version,
} as const;

/** What a page may read of an answer. */
const EXPOSED = [
  'Location',
  'Tus-Resumable',
  'Tus-Version',
  'Tus-Extension',
  'Upload-Offset',
  'Upload-Length',
  'Upload-Defer-Length',
  'Upload-Expires',
  'Accept-Ranges',
  'Content-Range',
  'ETag',
  'Retry-After',
].join(', ');

export type Headers = Readonly<Record<string, string>>;

/** A refusal with headers of its own. */
export class Refusal extends CodedError {
  readonly headers: Headers;
  constructor(code: string, headers: Headers) {
    super(code);
    this.headers = headers;
  }
}

/** The headers of an answer to a page whose origin was checked. */
export function headersFor({ headers: { origin } }: IncomingMessage, more: Headers): Headers {
  const cors = origin === undefined ? {} : { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED };
  return { ...ALWAYS, Vary: 'Origin', ...cors, ...more };
}

/** An answer without a body. */
export function answer(request: IncomingMessage, response: ServerResponse, status: number, more: Headers = {}): void {
  response.writeHead(status, headersFor(request, { ...(status === 204 ? {} : { 'Content-Length': '0' }), ...more })).end();
}

/** Does nothing where the answer has begun: what is left to say is that it does not end. */
export function answerError(request: IncomingMessage, response: ServerResponse, error: CodedError, more: Headers = {}): void {
  if (response.headersSent) return void response.destroy();
  const known = ERRORS[error.code];
  const [status, message] = known ?? FAILED;
  const { because: _inner, ...detail } = error.detail;
  const body = `${JSON.stringify({ code: known ? error.code : 'storage_failed', message, ...detail })}\n`;
  const retry: Headers = status === 429 || status === 503 || status === 423 ? { 'Retry-After': '1' } : {};
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...retry,
    ...more,
  };
  response.writeHead(status, headersFor(request, headers));
  response.end(request.method === 'HEAD' ? undefined : body);
}
