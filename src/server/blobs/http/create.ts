import { CodedError } from '../../../protocol/index.ts';
import { answer } from './answers.ts';
import { type Exchange, expiryHeader, readNumber } from './exchange.ts';

/** tus "creation": a place for so many bytes, judged before any of them travel. Metadata is neither kept nor looked at. */
export async function create(exchange: Exchange): Promise<void> {
  const { request, response, bearer, context } = exchange;
  const length = readNumber(request, 'upload-length');
  const deferred = request.headers['upload-defer-length'];
  if ((length === undefined) === (deferred === undefined) || (deferred !== undefined && deferred !== '1'))
    throw new CodedError('bad_request');
  const blob = await context.storage.create(bearer, length ?? null);
  answer(request, response, 201, { Location: `/files/${blob.room}/${blob.id}`, ...expiryHeader(exchange, blob) });
}
