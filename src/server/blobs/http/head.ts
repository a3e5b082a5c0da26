import { answer } from './answers.ts';
import { type Exchange, expiryHeader, findBlob } from './exchange.ts';

/** How much of a blob is on disk. */
export async function head(exchange: Exchange, id: string): Promise<void> {
  const blob = await findBlob(exchange, id);
  answer(exchange.request, exchange.response, 200, {
    'Upload-Offset': String(blob.offset),
    ...(blob.length === null ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(blob.length) }),
    ...expiryHeader(exchange, blob),
  });
}
