import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';
import { answer, answerError, Refusal, TUS } from './answers.ts';
import { create } from './create.ts';
import { drain } from './drain.ts';
import { type Exchange, type FileContext, parseTarget, type Target } from './exchange.ts';
import { fetchBlob } from './fetch.ts';
import { head } from './head.ts';
import { keep } from './keep.ts';
import { patch } from './patch.ts';
import { remove } from './remove.ts';

/** Answers requests under /files/ whose host and origin were checked. */
export interface FileHandler {
  (request: IncomingMessage, response: ServerResponse, proceed?: () => void): void;
}

type Run = (exchange: Exchange, id: string) => Promise<void>;

/** What may be asked of a room, of a blob, and of the mark that keeps it. */
const ON_ROOM: Readonly<Record<string, Run>> = { POST: create };
const ON_BLOB: Readonly<Record<string, Run>> = { HEAD: head, PATCH: patch, GET: fetchBlob, DELETE: remove };
const ON_KEEP: Readonly<Record<string, Run>> = { POST: keep };
/** Plain HTTP, which needs no header of tus. */
const PLAIN: ReadonlySet<Run> = new Set([fetchBlob, keep]);

/** Whoever asked went away in the middle of its answer: nobody's fault, and nobody to tell. */
const GONE: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

export function createFileHandler(context: FileContext): FileHandler {
  return (request, response, proceed = () => {}) => {
    request.on('error', () => {});
    response.on('error', () => {});
    run(request, response, proceed).catch((error: unknown) => {
      if (GONE.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')) return void response.destroy();
      const known = error instanceof CodedError ? error : new CodedError('storage_failed');
      if (known !== error || known.code === 'storage_failed') context.onFault(error);
      if (response.destroyed) return;
      drain(request, context.limits);
      answerError(request, response, known, error instanceof Refusal ? error.headers : {});
    });
  };

  async function run(request: IncomingMessage, response: ServerResponse, proceed: () => void): Promise<void> {
    // Before anything is answered: Node would take the rest of it without a bound.
    if (request.method !== 'PATCH') drain(request, context.limits);
    if (request.method === 'OPTIONS') return answerOptions(request, response);
    // A query, another spelling, a longer path: none of them names anything.
    const target = parseTarget(request.url ?? '');
    if (!target) throw new CodedError('unknown_file');
    const action = actionsOf(target)[request.method ?? ''];
    if (!action) throw new Refusal('method_not_allowed', { Allow: allowedOn(target) });
    if (!PLAIN.has(action) && request.headers['tus-resumable'] !== TUS.version) {
      throw new Refusal('tus_version', { 'Tus-Version': TUS.version });
    }
    const bearer = readTicket(request);
    if (bearer.room !== target.room) throw new CodedError('unknown_file');
    const leave = context.requests.enter(bearer, () => response.destroy());
    try {
      await action({ request, response, bearer, context, proceed }, target.blob ?? '');
    } finally {
      leave();
    }
  }

  function readTicket({ headers }: IncomingMessage): { readonly room: string; readonly device: string } {
    const text = /^Bearer ([\w-]{1,400})$/i.exec(headers.authorization ?? '')?.[1];
    const ticket = text === undefined ? undefined : context.tickets.read(Buffer.from(text, 'base64url'), context.clock.now());
    if (!ticket || context.revocations.has(ticket, ticket.issued)) throw new CodedError('ticket_refused');
    return ticket;
  }
}

const actionsOf = ({ blob, keep }: Target) => (blob === undefined ? ON_ROOM : keep ? ON_KEEP : ON_BLOB);
const allowedOn = (target: Target): string => [...Object.keys(actionsOf(target)), 'OPTIONS'].join(', ');

function answerOptions(request: IncomingMessage, response: ServerResponse): void {
  answer(request, response, 204, {
    'Tus-Version': TUS.version,
    'Tus-Extension': TUS.extensions,
    'Access-Control-Allow-Methods': 'OPTIONS, POST, HEAD, PATCH, GET, DELETE',
    'Access-Control-Allow-Headers':
      'Authorization, Content-Type, Range, If-Range, Tus-Resumable, Upload-Length, Upload-Defer-Length, Upload-Offset, Upload-Metadata, X-Requested-With',
    'Access-Control-Max-Age': '600',
  });
}
