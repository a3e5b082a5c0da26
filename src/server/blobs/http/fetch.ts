import { CodedError } from '../../../protocol/index.ts';
import { isWhole } from '../blob-store.ts';
import { headersFor, Refusal } from './answers.ts';
import { type Exchange, findBlob } from './exchange.ts';
import { parseRange } from './range.ts';
import { send } from './send.ts';

/** A whole blob, or a range of it. Whoever is still sending it shows nothing of it to others. */
export async function fetchBlob(exchange: Exchange, id: string): Promise<void> {
  const { request, response, bearer, context } = exchange;
  const { storage, limits, pool, clock, requests } = context;
  const blob = await findBlob(exchange, id);
  if (!isWhole(blob)) throw new CodedError('unknown_file');
  const length = blob.offset;
  const etag = `"${blob.id}"`;
  // A blob never changes: a range of another one is asked for only where the address was mixed up.
  const conditional = request.headers['if-range'];
  const range = conditional === undefined || conditional === etag ? parseRange(request.headers.range, length) : 'all';
  if (range === 'none') throw new Refusal('range_not_satisfiable', { 'Content-Range': `bytes */${length}` });
  const [from, to] = range === 'all' ? [0, length] : [range.from, range.to];
  const reader = length === 0 ? undefined : await storage.read(id);
  try {
    // Another device has found it, by a message that named it.
    if (bearer.device !== blob.device) await storage.keep(blob);
    response.writeHead(
      range === 'all' ? 200 : 206,
      headersFor(request, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
        'Content-Length': String(to - from),
        'Accept-Ranges': 'bytes',
        ETag: etag,
        ...(range === 'all' ? {} : { 'Content-Range': `bytes ${from}-${to - 1}/${length}` }),
      }),
    );
    const piece = Math.max(limits.pieceLeast, Math.min(limits.piece, limits.piecesInAll / 2 ** Math.ceil(Math.log2(2 * requests.count))));
    if (reader) await send({ reader, response, pool, clock, limits, piece }, from, to);
    response.end();
  } finally {
    await reader?.close();
  }
}
