import { CodedError } from '../../protocol/index.ts';
import type { Transfer } from '../api.ts';

/** Digits of an id that are enough to name it by hand. */
const PREFIX = 4;

/**
 * The transfer that a person means by the first digits of its id or its file's, or by its name; without a word, the only one in this room.
 * @throws CodedError `no_such_transfer`, `transfer_ambiguous`
 */
export function findTransfer(transfers: readonly Transfer[], room: string, typed: string): Transfer {
  const here = transfers.filter((transfer) => transfer.room === room);
  const wanted = typed.trim();
  const found = wanted === '' ? here : here.filter((transfer) => isMeant(transfer, wanted));
  if (found.length === 1) return found[0] as Transfer;
  if (found.length === 0) throw new CodedError('no_such_transfer', { transfer: wanted.slice(0, 40) });
  const ids = found.slice(0, 8).map(({ id }) => id.slice(0, 8));
  throw new CodedError('transfer_ambiguous', { transfer: wanted.slice(0, 40), transfers: ids.join(', ') });
}

function isMeant({ id, file, name }: Transfer, wanted: string): boolean {
  const digits = wanted.toLowerCase();
  const byId = digits.length >= PREFIX && (id.startsWith(digits) || file?.startsWith(digits) === true);
  return byId || name === wanted;
}
