import type { StreamReply } from './stream-host.ts';

/** Plaintext of a sealed segment: ranges along its borders open nothing twice (PROTOCOL.md, files). */
const SEGMENT = 262_112;
/** Bytes that are fetched at once. Small, so that a film that stands still holds no connection open. */
const STEP = 4 * SEGMENT;

export interface Ranged {
  readonly size: number;
  readonly type: string;
  read(range: { readonly offset: number; readonly length: number }, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Answers `Range: bytes=a-b` (RFC 9110 section 14) from what can be read anywhere. */
export function replyWithRange({ size, type, read }: Ranged, range: string | null): StreamReply {
  const asked = parseRange(range, size);
  const signal = new AbortController();
  const common = { 'Content-Type': type, 'Accept-Ranges': 'bytes' };
  if (!asked)
    return { head: { status: 416, headers: { ...common, 'Content-Range': `bytes */${size}` } }, next: async () => undefined, cancel() {} };
  const { from, to } = asked;
  const length = { 'Content-Length': String(to - from) };
  const pieces = piecesOf(from, to, (offset, end) => read({ offset, length: end - offset }, signal.signal));
  return {
    head:
      range === null
        ? { status: 200, headers: { ...common, ...length } }
        : { status: 206, headers: { ...common, ...length, 'Content-Range': `bytes ${from}-${to - 1}/${size}` } },
    next: async () => (await pieces.next()).value ?? undefined,
    cancel: () => signal.abort(),
  };
}

async function* piecesOf(
  from: number,
  to: number,
  read: (from: number, to: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  for (let at = from; at < to;) {
    const end = Math.min(to, (Math.floor(at / STEP) + 1) * STEP);
    for await (const piece of read(at, end)) yield piece;
    at = end;
  }
  return undefined;
}

/** @returns undefined where nothing lies in it; the whole where no range was asked for, or one that is not understood */
function parseRange(range: string | null, size: number): { from: number; to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return { from: 0, to: size };
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return from < to ? { from, to } : undefined;
}
