import { isSimple, toCells } from '../text/cells.ts';
import type { Tile } from '../calls/pictures/picture-layer.ts';
import { rowWidth, type Row, type Style } from '../text/rows.ts';

/** A whole screen: rows from the top, none wider than the screen, and where the cursor stands, from 0. */
export interface Frame {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
  /** Rows that are not text: whoever draws pictures there draws all of them. */
  readonly holes?: readonly number[];
  /** Where pictures stand. */
  readonly tiles?: readonly Tile[];
}

export interface Painter {
  /** What has to be written so that the terminal shows this frame; empty where it does already. `over`: what is drawn into its holes. */
  paint(frame: Frame, columns: number, over?: string): string;
  /** The same for what is drawn into the holes of the frame that is there. */
  overlay(over: string): string;
  /** What is on the screen is not what was painted: the next frame is painted whole. */
  forget(): void;
}

const COLOURED: Readonly<Record<Style, string>> = {
  plain: '',
  dim: '2',
  bold: '1',
  accent: '36',
  alert: '1;33',
  // A line under a name says it without colours, too.
  speaking: '1;4;32',
  qr: '97;40',
  name0: '1;36',
  name1: '1;32',
  name2: '1;33',
  name3: '1;35',
  name4: '1;94',
  name5: '1;96',
};
/** Where colours are not wanted: what they say is said by words and marks beside them. The QR code needs its two to be read. */
const COLOURLESS: Readonly<Record<Style, string>> = {
  ...Object.fromEntries(Object.keys(COLOURED).map((style) => [style, '1'])),
  plain: '',
  dim: '2',
  accent: '',
  speaking: '1;4',
  qr: '97;40',
} as Record<Style, string>;

// One frame is shown at once where the terminal knows how (DEC 2026); elsewhere these say nothing.
const BEGIN = '\u001b[?2026h\u001b[?25l';
const END = '\u001b[?2026l';

/** No row paints to it. */
const HOLE = '\u0000';

/** Writes only the rows that changed, each from its own place: a width that the terminal sees otherwise moves nothing but itself. */
export function createPainter(colours: boolean): Painter {
  const styles = colours ? COLOURED : COLOURLESS;
  let painted: string[] = [];
  let cursorAt = '';

  function bytesOf(row: Row, columns: number): string {
    let bytes = '';
    let style: Style = 'plain';
    let column = 0;
    let certain = true;
    for (const span of row) {
      if (span.style !== style) {
        style = span.style;
        bytes += styles[style] === '' ? '\u001b[m' : `\u001b[0;${styles[style]}m`;
      }
      if (isSimple(span.text)) {
        bytes += span.text;
        column += span.text.length;
        continue;
      }
      for (const cell of toCells(span.text)) {
        bytes += cell.text;
        column += cell.width;
        if (cell.certain) continue;
        certain = false;
        bytes += `\u001b[${column + 1}G`;
      }
    }
    if (style !== 'plain') bytes += '\u001b[m';
    // Where widths are in doubt, nothing of what stood there before may shine through; else erasing after writing cannot flicker.
    if (!certain) return `\u001b[K${bytes}`;
    return column < columns ? `${bytes}\u001b[K` : bytes;
  }

  return {
    paint({ rows, cursor, holes = [] }, columns, over = '') {
      let changes = '';
      // What stood in a hole is not known here: as text the row is painted anew.
      for (const hole of holes) painted[hole] = HOLE;
      for (const [at, row] of rows.entries()) {
        if (holes.includes(at)) continue;
        const bytes = bytesOf(rowWidth(row) > columns ? [] : row, columns);
        if (painted[at] === bytes) continue;
        painted[at] = bytes;
        changes += `\u001b[${at + 1};1H${bytes}`;
      }
      painted.length = rows.length;
      changes += over;
      const place = `\u001b[${cursor.row + 1};${cursor.column + 1}H`;
      if (changes === '' && place === cursorAt) return '';
      cursorAt = place;
      // A cursor that only moves needs no frame.
      return changes === '' ? place : `${BEGIN}${changes}${place}\u001b[?25h${END}`;
    },
    overlay: (over) => (over === '' ? '' : `${BEGIN}${over}${cursorAt}\u001b[?25h${END}`),
    forget() {
      painted = [];
      cursorAt = '';
    },
  };
}
