import { type Cell, fit, toCells, widthOf } from './cells.ts';

/** How a piece of text looks. `name0` … `name5`: the colours of people, which only repeat what the name says. `qr`: light upon dark. */
export type Style = 'plain' | 'dim' | 'bold' | 'accent' | 'alert' | 'speaking' | 'qr' | `name${0 | 1 | 2 | 3 | 4 | 5}`;

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One row of the screen, from its left. */
export type Row = readonly Span[];

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style });
export const rowWidth = (row: Row): number => row.reduce((sum, { text }) => sum + widthOf(text), 0);

/** The row in exactly `width` columns: cut, or filled with spaces. */
export function toWidth(row: Row, width: number): Row {
  const cut = cutRow(row, width);
  const left = width - rowWidth(cut);
  return left > 0 ? [...cut, span(' '.repeat(left))] : cut;
}

/** At most `width` columns of it. */
export function cutRow(row: Row, width: number): Row {
  const cut: Span[] = [];
  let left = width;
  for (const [at, { text, style }] of row.entries()) {
    const wide = widthOf(text);
    const more = row.slice(at + 1).some((later) => later.text !== '');
    if (wide < left || (wide === left && !more)) {
      cut.push({ text, style });
      left -= wide;
    } else {
      cut.push({ text: fit(wide === left ? `${text}…` : text, left), style });
      break;
    }
  }
  return cut;
}

/**
 * Breaks spans into rows of at most `width` columns: at newlines, after spaces, and inside words that are longer than a row. Every row
 * has something on it, so that it ends.
 */
export function wrap(spans: readonly Span[], width: number): readonly Row[] {
  const rows: Row[] = [];
  let row: Array<{ cell: Cell; style: Style }> = [];
  let used = 0;
  let breakAt = 0;
  const flush = (upTo: number) => {
    rows.push(joinCells(row.slice(0, upTo)));
    row = row.slice(upTo);
    used = row.reduce((sum, { cell }) => sum + cell.width, 0);
    breakAt = 0;
  };
  for (const { text, style } of spans) {
    for (const [line, part] of text.split('\n').entries()) {
      if (line > 0) flush(row.length);
      for (const cell of toCells(part)) {
        // The space that does not fit is the break.
        if (used + cell.width > width && cell.text === ' ' && breakAt < row.length) {
          flush(row.length);
          continue;
        }
        // What stood behind the break may be too wide with this one as well.
        while (used + cell.width > width && row.length > 0) flush(breakAt > 0 ? breakAt : row.length);
        row.push({ cell, style });
        used += cell.width;
        if (cell.text === ' ') breakAt = row.length;
      }
    }
  }
  flush(row.length);
  return rows;
}

function joinCells(cells: ReadonlyArray<{ cell: Cell; style: Style }>): Row {
  const spans: Array<{ text: string; style: Style }> = [];
  for (const { cell, style } of cells) {
    const last = spans.at(-1);
    if (last?.style === style) last.text += cell.text;
    else spans.push({ text: cell.text, style });
  }
  return spans;
}
