import { CodedError } from '../../../protocol/index.ts';
import { answer } from './answers.ts';
import { type Exchange, findBlob } from './exchange.ts';

/** tus "termination". Who is writing it is cut off first. */
export async function remove(exchange: Exchange, id: string): Promise<void> {
  const blob = await findBlob(exchange, id);
  if (blob.device !== exchange.bearer.device) throw new CodedError('not_yours');
  await exchange.context.storage.remove(id);
  answer(exchange.request, exchange.response, 204);
}
