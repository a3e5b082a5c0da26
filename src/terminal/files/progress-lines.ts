import { relative, sep } from 'node:path';
import type { Transfer } from '../../client/index.ts';
import { type Sentences, sentenceFor } from '../../client/locales/index.ts';
import type { Console } from '../console.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { shownTransfer } from './file-rows.ts';
import { factsOf, type TransferStyle } from './transfer-rows.ts';

/** Steps in which progress is told where a line cannot be drawn again: a tenth, and of what has no known end so many bytes. */
const STEPS = 10;
const STEP_BYTES = 256 * 1024 * 1024;

/** A transfer in plain lines: one that is drawn again and again while nothing comes behind it, else one for each tenth. */
export function createProgressLines(console: Console, errors: Sentences, style: TransferStyle): (transfer: Transfer) => void {
  const { t, pace } = style;
  const told = new Map<string, { step: number; why: string }>();
  return (transfer) => {
    const { id, name, state, done, total, error, path, direction } = transfer;
    pace.note(transfer);
    const shown = toSafeLine(name);
    const before = told.get(id) ?? { step: -1, why: '' };
    if (state === 'done' || state === 'failed' || state === 'cancelled') {
      told.delete(id);
      if (state === 'failed' && error) console.fault(t.transferFailed(shown, toSafeLine(sentenceFor(errors, error))));
      else if (state === 'done' && direction === 'down' && path !== null)
        console.settlePending(id, console.dim(`— ${t.downloaded(shown, nearPath(path))}`));
      return;
    }
    const line = `${console.dim('  …')} ${shownTransfer(transfer)}  ${factsOf(transfer, style)}`;
    const step = total === null ? Math.floor(done / STEP_BYTES) : total === 0 ? STEPS : Math.floor((STEPS * done) / total);
    const why = state === 'running' || state === 'finishing' ? '' : `${state} ${error?.code ?? ''}`;
    if (why !== '' && why !== before.why && error)
      console.print(console.dim(`— ${t.transferWaits(shown, toSafeLine(sentenceFor(errors, error)))}`));
    else console.showProgress(id, line, step !== before.step || why !== before.why);
    told.set(id, { step, why });
  };
}

/** As one would type it from here, where it is below. */
export function pathFromHere(path: string): string {
  const near = relative('.', path);
  return near !== '' && near.split(sep)[0] !== '..' ? near : path;
}

export const nearPath = (path: string): string => toSafeLine(pathFromHere(path));
