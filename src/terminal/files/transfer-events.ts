import type { Transfer } from '../../client/index.ts';
import { type Sentences, sentenceFor } from '../../client/locales/index.ts';

type Print = (event: string, fields: Record<string, unknown>) => void;

/**
 * What scripts hear of transfers: `transfer` when one begins or changes its state, `progress` as it moves (first of all where it stands when it begins to), and at its
 * end one of `uploaded`, `downloaded`, `transfer-failed`, `transfer-cancelled`.
 */
export function createTransferEvents(print: Print, errors: Sentences): (transfer: Transfer) => void {
  const told = new Map<string, { state: Transfer['state']; code: string | undefined; done: number }>();
  return ({ id, room, direction, name, folder, file, state, done, total, error, path }) => {
    const before = told.get(id);
    const which = { room, transfer: id, direction, name, file };
    const tellProgress = () => {
      const moved = before !== undefined && before.done !== done;
      if (moved || (state === 'running' && before?.state !== state))
        print('progress', { room, transfer: id, direction, file, done, total });
    };
    if (state === 'done' || state === 'failed' || state === 'cancelled') {
      told.delete(id);
      tellProgress();
      if (state === 'failed')
        print('transfer-failed', { ...which, code: error?.code ?? 'internal', message: sentenceFor(errors, error ?? INTERNAL) });
      else if (state === 'cancelled') print('transfer-cancelled', which);
      else if (direction === 'up') print('uploaded', { ...which, size: total ?? done });
      else print('downloaded', { ...which, path, size: total ?? done });
      return;
    }
    const code = error?.code;
    if (before?.state !== state || before.code !== code)
      print('transfer', { ...which, folder, state, total, ...(code === undefined ? {} : { code }) });
    tellProgress();
    told.set(id, { state, code, done });
  };
}

const INTERNAL = { code: 'internal' } as const;
