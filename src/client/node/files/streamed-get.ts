import { CodedError } from '../../../protocol/index.ts';
import { hostOf } from './host-header.ts';
import { createInflow } from './inflow.ts';
import { connectPinned, type PinnedTarget } from './pinned-connection.ts';
import { createHeadReader, type ResponseHead } from './response-head.ts';

/** An answer whose body is read on only as it is taken. */
export interface StreamedAnswer extends ResponseHead {
  /** The memory of a piece is used again once the next is asked for. Throws `cut`, `timeout`, and what the signal was aborted with. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection, whatever was still to come. */
  close(): void;
}

type Next = () => Promise<Uint8Array | null>;

/** What TLS gives at once: the plaintext of a record. */
const RECORD = 16 * 1024;

/**
 * GET over a connection of its own, read into memory that is used again: `node:http` makes two buffers for each record of TLS, which costs as much as all the
 * rest. It understands what a relay answers to this, and not all of HTTP: the body is `Content-Length` bytes, or what comes until the connection ends.
 *
 * Rejects with CodedError what connecting says, `cut`, `timeout`, `not_corrillo`, and what `signal` was aborted with
 */
export async function getStreamed(
  target: PinnedTarget,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  const inflow = createInflow();
  const buffer = Buffer.allocUnsafeSlow(RECORD);
  const onread = { buffer, callback: (length: number) => inflow.put(buffer.subarray(0, length)) };
  const socket = await connectPinned(target, { signal, onread });
  socket.on('error', () => {});
  socket.once('close', () => inflow.end());
  const next: Next = async () => {
    const piece = await inflow.next(signal);
    // Where it was stopped there is room now.
    socket.resume();
    return piece;
  };
  try {
    const fields = Object.entries({ host: hostOf(target), ...headers, connection: 'close' });
    socket.write(`GET ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    const { head, rest } = await readHead(next);
    return { ...head, body: readBody(next, rest, lengthOf(head)), close: () => void socket.destroy() };
  } catch (error) {
    socket.destroy();
    throw error instanceof RangeError ? new CodedError('not_corrillo', { because: error.message }) : error;
  }
}

async function readHead(next: Next): Promise<{ readonly head: ResponseHead; readonly rest: Uint8Array }> {
  const reader = createHeadReader();
  for (;;) {
    const piece = await next();
    if (!piece) throw new CodedError('cut');
    const read = reader.push(piece);
    if (read) return read;
  }
}

/** Bytes of the body; null where it lasts as long as the connection. */
function lengthOf({ headers }: ResponseHead): number | null {
  const told = headers['content-length'];
  if (told === undefined) return null;
  if (!/^\d{1,16}$/.test(told) || !Number.isSafeInteger(Number(told))) throw new CodedError('not_corrillo');
  return Number(told);
}

async function* readBody(next: Next, rest: Uint8Array, length: number | null): AsyncGenerator<Uint8Array> {
  let left = length ?? Infinity;
  let piece: Uint8Array | null = rest;
  for (;;) {
    const wanted: Uint8Array = piece.subarray(0, left);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (left === 0) return;
    piece = await next();
    if (!piece && length === null) return;
    if (!piece) throw new CodedError('cut');
  }
}
