import { type Cell, toCells } from '../text/cells.ts';
import { type Row, span } from '../text/rows.ts';
import { toSafeText } from '../text/safe-text.ts';
import type { InputLine } from './input-line.ts';

export interface InputRows {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
}

const PROMPT = '> ';

/** The line being typed in rows of `width` columns, at most `height` of them, those around the cursor. Newlines are seen, and break. */
export function inputRows({ text, cursor }: InputLine, width: number, height: number): InputRows {
  const room = Math.max(1, width - PROMPT.length);
  const rows: string[] = [''];
  let used = 0;
  let place = { row: 0, column: 0 };

  function add(cells: readonly Cell[]): void {
    for (const cell of cells) {
      if (used + cell.width > room) {
        rows.push('');
        used = 0;
      }
      rows[rows.length - 1] += cell.text;
      used += cell.width;
    }
  }
  function addText(part: string): void {
    for (const [at, piece] of part.split('\n').entries()) {
      if (at > 0) {
        add([{ text: '⏎', width: 1, certain: true }]);
        rows.push('');
        used = 0;
      }
      add(toCells(toSafeText(piece)));
    }
  }

  // Of a very long text only what is around the cursor is looked at, by steps of a screen, so that rows do not break anew with each letter.
  const area = room * height;
  const from = Math.max(0, Math.floor(cursor / area) - 2) * area;
  addText(text.slice(from, cursor));
  if (used >= room) {
    rows.push('');
    used = 0;
  }
  place = { row: rows.length - 1, column: used };
  const after = text.slice(cursor, cursor + area);
  if (after !== '') addText(after);

  const first = Math.max(0, Math.min(place.row - (height >> 1), rows.length - height));
  return {
    rows: rows.slice(first, first + height).map((row, at) => [span(from === 0 && first + at === 0 ? PROMPT : '  ', 'accent'), span(row)]),
    cursor: { row: place.row - first, column: place.column + PROMPT.length },
  };
}
