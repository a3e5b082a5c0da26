import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent, type RequestOptions, request as requestHttps } from 'node:https';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FilesConfig } from '../../../src/server/blobs/config.ts';
import { FILE_LIMITS } from '../../../src/server/blobs/file-limits.ts';
import { type RunningFileServer, startFileServer } from '../../../src/server/blobs/process/file-server.ts';
import { createTickets } from '../../../src/server/blobs/tickets.ts';
import { loadTlsIdentity } from '../../../src/server/tls-identity.ts';
import { takeAnswer } from '../../support/http-answer.ts';
import { createMachine, temporaryFolder } from '../running.ts';

export const ROOM = '0a'.repeat(16);
export const OTHER_ROOM = '0b'.repeat(16);
export const ANA = 'a1'.repeat(32);
export const JUAN = 'b2'.repeat(32);
export const TICKET_KEY = new Uint8Array(32).fill(7);
export const TUS = { 'tus-resumable': '1.0.0' };
export const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of an error. */
  readonly code: string | undefined;
}

export interface Asking {
  readonly headers?: Record<string, string | number>;
  readonly body?: Uint8Array;
  /** Undefined: a good one of Ana's for ROOM; null: none. */
  readonly ticket?: string | null;
}

/** The file process but for its channel: real sockets, a real folder. */
export interface FilePort {
  readonly server: RunningFileServer;
  readonly folder: string;
  readonly ticket: (device?: string, room?: string, now?: number, key?: Uint8Array) => string;
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  /** Makes a blob and gives back its address. */
  create(length: number | null, ticket?: string): Promise<string>;
  patch(path: string, offset: number, body: Uint8Array, more?: Record<string, string>, ticket?: string): Promise<Reply>;
  /** A whole blob. */
  upload(body: Uint8Array, ticket?: string): Promise<string>;
}

export const ticketOf = (device = ANA, room = ROOM, now = Date.now(), key: Uint8Array = TICKET_KEY): string =>
  Buffer.from(createTickets(key, FILE_LIMITS.ticketTime).issue({ room, device }, now).ticket).toString('base64url');

export async function openFilePort(
  config: FilesConfig = {},
  folder: string = join(temporaryFolder(), 'blobs'),
  atEnd: (step: () => Promise<void>) => void = onTestFinished,
): Promise<FilePort & { stop(): Promise<void> }> {
  const tlsFolder = join(folder, '..', 'tls');
  for (const path of [folder, tlsFolder]) mkdirSync(path, { recursive: true });
  const { key, chain } = await loadTlsIdentity(tlsFolder, createMachine(), Date.now());
  const { keep = null, maxRoom, maxDevice, reserve = 0, limits = {} } = config;
  const server = await startFileServer(
    {
      folder,
      door: join(folder, 'door'),
      port: { requested: 0, preferred: 0 },
      tls: { key, chain },
      ticketKey: TICKET_KEY,
      revoked: [],
      names: [],
      quotas: { room: maxRoom, device: maxDevice, reserve },
      keep,
      limits,
    },
    (line) => faults.push(line),
  );
  const faults: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    agent.destroy();
    return (stopped ??= server.stop());
  };
  atEnd(stop);
  const ask = (method: string, path: string, asking: Asking = {}) =>
    askFiles({ host: '127.0.0.1', port: server.port, agent, rejectUnauthorized: false }, method, path, asking);

  const port: FilePort = {
    server,
    folder,
    ticket: ticketOf,
    ask,
    async create(length, ticket = ticketOf()) {
      const size = length === null ? { 'upload-defer-length': '1' } : { 'upload-length': length };
      const { status, headers, code } = await ask('POST', `/files/${ROOM}`, { headers: { ...TUS, ...size }, ticket });
      if (status !== 201) throw new Error(`${status} ${code}`);
      return headers.location as string;
    },
    patch: (path, offset, body, more = {}, ticket = ticketOf()) =>
      ask('PATCH', path, { headers: { ...BYTES, 'upload-offset': offset, ...more }, body, ticket }),
    async upload(body, ticket = ticketOf()) {
      const path = await port.create(body.length, ticket);
      const { status, code } = await port.patch(path, 0, body, {}, ticket);
      if (status !== 204) throw new Error(`${status} ${code}`);
      return path;
    },
  };
  return { ...port, stop };
}

/** One request, with a path that nothing has normalized. */
export async function askFiles(
  where: RequestOptions & { readonly tls?: boolean },
  method: string,
  path: string,
  { headers = {}, body, ticket = ticketOf() }: Asking = {},
): Promise<Reply> {
  const authorization = ticket === null ? {} : { authorization: `Bearer ${ticket}` };
  const size = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': body.length };
  const send = where.tls === false ? requestHttp : requestHttps;
  const answer = await takeAnswer(send({ ...where, method, path, headers: { ...authorization, ...size, ...headers } }), body);
  const { statusCode = 0, headers: told } = answer.response;
  const isJson = told['content-type']?.startsWith('application/json') && answer.body.length > 0;
  const code = isJson ? (JSON.parse(answer.body.toString()) as { code: string }).code : undefined;
  return { status: statusCode, headers: told, body: answer.body, code };
}
