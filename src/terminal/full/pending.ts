import type { RoomView } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { shownName } from '../item-text.ts';
import { type Row, span } from '../text/rows.ts';
import { toSafeText } from '../text/safe-text.ts';
import { type LineStyle, rowsOf } from './lines.ts';

/** Lines on their way that are shown one by one. */
const SHOWN = 20;

/** What was written here and is not in the log yet, below everything that is. */
export function pendingRows(view: RoomView, style: LineStyle, t: Texts['terminal']): readonly Row[] {
  const rows = view.pending.slice(0, SHOWN).flatMap(({ text, style: how, at }) =>
    rowsOf(
      {
        kind: 'text',
        seq: undefined,
        at,
        device: view.device,
        name: shownName(view.name, t),
        own: true,
        action: how === 'action',
        text: toSafeText(text),
        pending: true,
      },
      undefined,
      style,
    ),
  );
  const more = view.pending.length - SHOWN;
  return more > 0 ? [...rows, [span(`  … ${t.pendingMore(more)}`, 'dim')]] : rows;
}
