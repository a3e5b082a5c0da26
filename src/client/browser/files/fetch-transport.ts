import { CodedError, LIMITS, toBase64Url } from '../../../protocol/index.ts';
import type { FileTransport, MakeFileTransport } from '../../files/ports.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { createFilePort } from './file-port.ts';
import { makeBody } from './blob-body.ts';
import { readInto } from './body-reader.ts';
import { readCount, readRefusal, readWhole } from './file-refusals.ts';
import { createSlots } from './slots.ts';

/** ms for an answer to a request that carries nothing much, and without which a transfer counts as stuck. */
const ANSWER_TIME = 30_000;
/** Bytes a second that a line has to manage at least, for a part's deadline. */
const SLOWEST = 16 * 1024;
/**
 * Requests at a time. A browser has six connections to one origin, and long polling needs two of them: chat never waits for files.
 */
const AT_ONCE = 4;
/** Bytes of a blob that one request fetches: a long download gives its connection to others in between. */
const SLICE = 16 * 1024 * 1024;

const TUS = { 'Tus-Resumable': '1.0.0' } as const;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
}

interface Answer {
  readonly response: Response;
  /** Gives the connection to others. */
  end(): void;
  readonly deadline: Deadline;
  /** What a failure in the body is to be called. */
  reason(): CodedError;
}

/** The relay's files by `fetch`. @param page the origin that has them under /files/ */
export function createFetchTransport(page: string): MakeFileTransport {
  const port = createFilePort(page);
  const slots = createSlots(AT_ONCE);

  return (ticketFor) => {
    /** One request; a ticket that is refused is replaced once. */
    async function ask(room: string, call: Call, signal: AbortSignal): Promise<Answer> {
      for (let renew = false; ; renew = true) {
        const ticket = await ticketFor(room, { renew, signal });
        const origin = await port.find(ticket.port, signal);
        const answer = await send(origin, toBase64Url(ticket.ticket), call, signal);
        if (answer.response.ok) return answer;
        const refusal = await readRefusal(answer.response, call.method).finally(answer.end);
        if (refusal.code !== 'ticket_refused' || renew) throw refusal;
      }
    }

    async function send(origin: string, ticket: string, call: Call, signal: AbortSignal): Promise<Answer> {
      const release = await slots.take(signal);
      const deadline = startDeadline(signal, ANSWER_TIME + ((call.body?.size ?? 0) / SLOWEST) * 1000);
      const end = () => {
        deadline.end();
        release();
      };
      const reason = () => new CodedError(deadline.over ? 'timeout' : 'cut');
      try {
        const response = await fetch(`${origin}${call.path}`, {
          method: call.method,
          headers: { ...TUS, Authorization: `Bearer ${ticket}`, ...call.headers },
          cache: 'no-store',
          credentials: 'omit',
          redirect: 'error',
          signal: deadline.signal,
          ...(call.body ? { body: call.body } : {}),
        });
        return { response, end, deadline, reason };
      } catch {
        end();
        if (origin !== page) port.forget(origin);
        // A page is not told why nothing came back; whether a body was on its way decides what to call it.
        throw deadline.over || signal.aborted || call.body ? reason() : new CodedError('offline');
      }
    }

    /** For answers whose headers are all. */
    async function askBriefly<T>(room: string, call: Call, signal: AbortSignal, read: (response: Response) => T): Promise<T> {
      const answer = await ask(room, call, signal);
      try {
        return read(answer.response);
      } finally {
        answer.end();
        void answer.response.body?.cancel().catch(() => {});
      }
    }

    async function* fetchBlob(room: string, blob: string, from: number, to: number | null, signal: AbortSignal) {
      let at = from;
      let end = to;
      while (end === null || at < end) {
        const until = Math.min(end ?? Number.MAX_SAFE_INTEGER, at + SLICE);
        const range = { Range: `bytes=${at}-${until - 1}` };
        const answer = await ask(room, { method: 'GET', path: pathOf(room, blob), headers: range }, signal);
        try {
          end ??= readWhole(answer.response);
          for await (const piece of piecesOf(answer)) {
            at += piece.length;
            if (at > until) throw new CodedError('not_corrillo');
            yield piece;
          }
        } finally {
          answer.end();
        }
        if (at < Math.min(until, end)) throw new CodedError('cut');
      }
    }

    const transport: FileTransport = {
      create: (room, length, signal) =>
        askBriefly(
          room,
          {
            method: 'POST',
            path: `/files/${room}`,
            headers: length === null ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(length) },
          },
          signal,
          (response) => {
            const blob = /\/files\/[0-9a-f]+\/([0-9a-f]{32})$/.exec(response.headers.get('Location') ?? '')?.[1];
            if (blob === undefined) throw new CodedError('not_corrillo', { header: 'Location' });
            return { blob };
          },
        ),

      offset: (room, blob, signal) =>
        askBriefly(room, { method: 'HEAD', path: pathOf(room, blob) }, signal, (response) => {
          const offset = readCount(response, 'Upload-Offset');
          if (offset === null) throw new CodedError('not_corrillo', { header: 'Upload-Offset' });
          return { offset, length: readCount(response, 'Upload-Length') };
        }),

      async append(room, blob, offset, pieces, length, signal, onHandedOver) {
        onHandedOver?.();
        const body = makeBody(pieces);
        if (body.size > 2 * LIMITS.filePart) throw new CodedError('too_large');
        const headers = {
          'Content-Type': 'application/offset+octet-stream',
          'Upload-Offset': String(offset),
          ...(length === null ? {} : { 'Upload-Length': String(length) }),
        };
        await askBriefly(room, { method: 'PATCH', path: pathOf(room, blob), headers, body }, signal, () => {});
      },

      fetch: fetchBlob,
      keep: (room, blob, signal) => askBriefly(room, { method: 'POST', path: `${pathOf(room, blob)}/keep` }, signal, () => {}),

      remove: (room, blob, signal) =>
        askBriefly(room, { method: 'DELETE', path: pathOf(room, blob) }, signal, () => {}).catch((error: unknown) => {
          if ((error as CodedError).code !== 'unknown_file') throw error;
        }),
    };
    return transport;
  };
}

const pathOf = (room: string, blob: string): string => `/files/${room}/${blob}`;

/** Reads on only as pieces are taken; what comes too late or not at all is `timeout` or `cut`. */
async function* piecesOf({ response, deadline, reason }: Answer): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = readInto(response.body);
  let whole = false;
  try {
    for (;;) {
      deadline.touch();
      const piece = await reader.next().catch(() => {
        throw reason();
      });
      // Whoever takes the pieces may be slow.
      deadline.hold();
      whole = !piece;
      if (!piece) return;
      yield piece;
    }
  } finally {
    if (!whole) await reader.cancel().catch(() => {});
  }
}
