import { CodedError } from '../../../protocol/index.ts';
import { passedSince } from '../../clock.ts';
import type { Blob } from '../blob-store.ts';
import type { Upload } from '../storage.ts';
import { answer, Refusal } from './answers.ts';
import { type Exchange, expiryHeader, findBlob, readNumber } from './exchange.ts';
import { receive } from './receive.ts';

/**
 * Adds bytes, and answers when they are on disk. A request of up to `limits.whole` bytes counts whole or not at all, so that the offset after a cut
 * is one at which the client stood; a longer one, or one that does not tell its size, counts in multiples of `limits.unit` and at its end.
 */
export async function patch(exchange: Exchange, id: string): Promise<void> {
  const { request, response, bearer, context } = exchange;
  if (request.headers['content-type'] !== 'application/offset+octet-stream') throw new CodedError('wrong_type');
  const offset = readNumber(request, 'upload-offset');
  const told = readNumber(request, 'upload-length');
  if (offset === undefined) throw new CodedError('bad_request');
  const blob = await findBlob(exchange, id);
  if (blob.device !== bearer.device) throw new CodedError('not_yours');
  const { clock } = context;
  const activity = { heard: clock.now() };
  const upload = await context.storage.write(id, {
    stop: () => request.destroy(),
    // Who is made to wait by us does not stand still.
    idle: () => (request.isPaused() ? 0 : passedSince(activity.heard, clock)),
  });
  let after: Blob;
  try {
    if (upload.blob.offset !== offset) throw new Refusal('wrong_offset', { 'Upload-Offset': String(upload.blob.offset) });
    after = await take(exchange, upload, told, activity);
  } finally {
    await upload.close();
  }
  // Only now: whoever hears that a part is there sends the next one at once.
  answer(request, response, 204, { 'Upload-Offset': String(after.offset), ...expiryHeader(exchange, after) });
}

async function take(
  { request, proceed, context }: Exchange,
  upload: Upload,
  told: number | undefined,
  activity: { heard: number },
): Promise<Blob> {
  const { clock, limits, receiving: budget } = context;
  const { offset, length: known } = upload.blob;
  if (told !== undefined && known !== null && told !== known) throw new CodedError('bad_request');
  const length = told ?? known;
  const size = readNumber(request, 'content-length') ?? null;
  if (length !== null && offset + (size ?? 0) > length) throw new CodedError('too_large');
  // Room is taken for all that is known to come, before any of it does.
  await upload.grow(length ?? offset + (size ?? limits.unit));
  proceed();
  const whole = size !== null && size <= limits.whole;
  const onUnit = async (): Promise<void> => {
    const { offset: end } = await upload.commit(length);
    if (length === null && size === null) await upload.grow(end + limits.unit);
  };
  const most = Math.min(size ?? Infinity, (length ?? Infinity) - offset);
  await receive({ body: request, upload, activity, budget, clock, limits, most, unit: whole ? Infinity : limits.unit, onUnit });
  return upload.commit(length);
}
