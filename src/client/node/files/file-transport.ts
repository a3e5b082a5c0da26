import type { IncomingMessage } from 'node:http';
import { CodedError, fromHex, SIZES, toBase64Url } from '../../../protocol/index.ts';
import type { FileTransport, MakeFileTransport } from '../../files/ports.ts';
import { type FileRequest, send } from './file-request.ts';
import { PinnedAgent } from './pinned-agent.ts';
import type { PinnedTarget } from './pinned-connection.ts';
import { refusalOf } from './refusal.ts';
import { readBriefly, readShort } from './short-answer.ts';
import { getStreamed, type StreamedAnswer } from './streamed-get.ts';

/** The relay as the chat found it last. */
export interface RelayNow {
  readonly host: string;
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly relay: Uint8Array;
  /** For relays without a port for files alone. */
  readonly webPort: number | undefined;
}

export interface HttpFiles {
  readonly make: MakeFileTransport;
  /** Ends connections that wait for the next request. */
  close(): void;
}

/** By what a request is allowed. */
type Shown = Readonly<Record<'authorization', string>>;

const TUS = { 'tus-resumable': '1.0.0' } as const;

/** Blobs at the relay's file port, over TLS to the key that the chat knows. Nothing is fallen back to where that does not work. */
export function createHttpFiles(relayNow: () => RelayNow | undefined): HttpFiles {
  const agent = new PinnedAgent();

  const make: MakeFileTransport = (ticketFor) => {
    /** Asks with a ticket; with a fresh one where the relay takes it no longer. */
    async function ask<T>(room: string, signal: AbortSignal, exchange: (target: PinnedTarget, headers: Shown) => Promise<T>): Promise<T> {
      try {
        return await askWith(false);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'ticket_refused') throw error;
        return askWith(true);
      }

      async function askWith(renew: boolean): Promise<T> {
        const { ticket, port } = await ticketFor(room, { renew, signal });
        const now = relayNow();
        const at = port === 0 ? now?.webPort : port;
        if (!now || !at) throw new CodedError('offline');
        return exchange({ host: now.host, port: at, relay: now.relay }, { authorization: `Bearer ${toBase64Url(ticket)}` });
      }
    }

    /** Where only yes or no counts. */
    async function tell(room: string, asked: FileRequest, signal: AbortSignal): Promise<IncomingMessage> {
      const answer = await ask(room, signal, (target, shown) =>
        send(agent, target, { ...asked, headers: { ...asked.headers, ...shown } }, signal),
      );
      await readShort(answer);
      return answer;
    }

    /** A blob's bytes are on their way. */
    function open(room: string, path: string, range: Readonly<Record<string, string>>, signal: AbortSignal): Promise<StreamedAnswer> {
      return ask(room, signal, async (target, shown) => {
        const answer = await getStreamed(target, path, { ...range, ...shown }, signal);
        if (answer.status < 300) return answer;
        throw refusalOf(answer.status, await readBriefly(answer));
      });
    }

    const transport: FileTransport = {
      async create(room, length, signal) {
        const size = length === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) };
        const { headers } = await tell(room, { method: 'POST', path: `/files/${room}`, headers: { ...TUS, ...size } }, signal);
        const blob = /\/([0-9a-f]+)$/.exec(headers.location ?? '')?.[1] ?? '';
        if (fromHex(blob)?.length !== SIZES.blob) throw new CodedError('not_corrillo');
        return { blob };
      },
      async offset(room, blob, signal) {
        const { headers } = await tell(room, { method: 'HEAD', path: pathOf(room, blob), headers: TUS }, signal);
        const offset = sizeOf(headers['upload-offset']);
        const length = sizeOf(headers['upload-length']);
        if (offset === null) throw new CodedError('not_corrillo');
        return { offset, length };
      },
      async append(room, blob, offset, pieces, length, signal, onHandedOver) {
        const whole = length === null ? {} : { 'upload-length': String(length) };
        const headers = { ...TUS, ...whole, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
        const answer = await tell(room, { method: 'PATCH', path: pathOf(room, blob), headers, pieces, onHandedOver }, signal);
        const sent = pieces.reduce((sum, piece) => sum + piece.length, offset);
        if (sizeOf(answer.headers['upload-offset']) !== sent) throw new CodedError('wrong_offset');
      },
      async *fetch(room, blob, from, to, signal) {
        const range: Record<string, string> =
          from === 0 && to === null ? {} : { range: `bytes=${from}-${to === null ? '' : String(to - 1)}` };
        const { status, headers, body, close } = await open(room, pathOf(room, blob), range, signal);
        try {
          const begin = status === 206 ? /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] : '0';
          // Without its length the end of what comes could be anywhere.
          if (Number(begin) !== from || headers['content-length'] === undefined) throw new CodedError('not_corrillo');
          yield* body;
        } finally {
          close();
        }
      },
      async keep(room, blob, signal) {
        await tell(room, { method: 'POST', path: `${pathOf(room, blob)}/keep`, headers: TUS }, signal);
      },
      async remove(room, blob, signal) {
        try {
          await tell(room, { method: 'DELETE', path: pathOf(room, blob), headers: TUS }, signal);
        } catch (error) {
          if (!(error instanceof CodedError) || error.code !== 'unknown_file') throw error;
        }
      },
    };
    return transport;
  };

  return { make, close: () => agent.destroy() };
}

const pathOf = (room: string, blob: string) => `/files/${room}/${blob}`;

function sizeOf(header: string | string[] | undefined): number | null {
  const value = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}
