import { CodedError } from '../../../protocol/index.ts';
import { isWhole } from '../blob-store.ts';
import { answer } from './answers.ts';
import { type Exchange, findBlob } from './exchange.ts';

/** The message that names it is in the log: it is no orphan. */
export async function keep(exchange: Exchange, id: string): Promise<void> {
  const blob = await findBlob(exchange, id);
  if (!isWhole(blob)) throw new CodedError('unknown_file');
  await exchange.context.storage.keep(blob);
  answer(exchange.request, exchange.response, 204);
}
