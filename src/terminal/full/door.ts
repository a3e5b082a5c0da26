import type { RoomView } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { shownName } from '../item-text.ts';
import { type Row, span, wrap } from '../text/rows.ts';
import { toSafeLine } from '../text/safe-text.ts';

/** Who is at the door, above the line being typed until somebody answers; no more than `most` rows. */
export function knockRows(view: RoomView, columns: number, most: number, t: Texts['terminal']): readonly Row[] {
  const rows: Row[] = [];
  for (const [at, { name, words }] of view.knocks.entries()) {
    const shown = shownName(name, t);
    const own = [
      ...wrap([span('◆ ', 'accent'), span(t.knock(shown, toSafeLine(words.join(' '))))], columns),
      ...wrap([span('  '), span(t.knockHow(shown), 'dim')], columns),
    ];
    const rest = view.knocks.length - at;
    if (rows.length + own.length > most - (rest > 1 ? 1 : 0) && at > 0) return [...rows, [span('◆ ', 'accent'), span(t.moreKnocks(rest))]];
    rows.push(...own.slice(0, most));
  }
  return rows.slice(0, most);
}
