import { isWide } from './wide-ranges.ts';

/** What a terminal shows in one place: a letter with its marks, or one picture. Text must be safe before it is measured. */
export interface Cell {
  readonly text: string;
  /** Columns: 0 for what stands on the letter before. */
  readonly width: number;
  /** All terminals agree about its width. After what they don't, the painter says the column anew. */
  readonly certain: boolean;
}

const segmenter = new Intl.Segmenter();
const PRINTABLE = /^[ -~]*$/;
/** Latin, Greek, Cyrillic, our own signs, kana, Han and Hangul syllables: everybody's table says the same. */
const CERTAIN =
  /^[\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0556\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2400-\u259f\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]$/;
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f|^\p{Regional_Indicator}{2}|^\p{Extended_Pictographic}.*\u200d\p{Extended_Pictographic}/su;
const NO_WIDTH = /^[\p{M}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;

const ascii = Array.from({ length: 127 }, (_, code): Cell => ({ text: String.fromCharCode(code), width: 1, certain: true }));

/** Each letter is a cell of one column, and a unit: most of what people write. */
export const isSimple = (text: string): boolean => PRINTABLE.test(text);

/** What is on the screen is measured for every frame, and is the same in most. */
let known = new Map<string, readonly Cell[]>();
const KNOWN = 2_000;
const LONGEST_KNOWN = 400;

export function toCells(text: string): readonly Cell[] {
  if (isSimple(text)) return Array.from(text, (letter) => ascii[letter.charCodeAt(0)] as Cell);
  const before = known.get(text);
  if (before) return before;
  const cells = measure(text);
  if (known.size >= KNOWN) known = new Map();
  if (text.length <= LONGEST_KNOWN) known.set(text, cells);
  return cells;
}

function measure(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const cell = toCell(segment);
    if (cell.width <= 2) cells.push(cell);
    else cells.push(...splitCell(segment));
  }
  return cells;
}

/** Letters that belong together and still stand side by side, such as Hangul in pieces: each with the marks on it. */
function splitCell(segment: string): Cell[] {
  const pieces: string[] = [];
  for (const letter of segment) {
    if (NO_WIDTH.test(letter) && pieces.length > 0) pieces[pieces.length - 1] += letter;
    else pieces.push(letter);
  }
  return pieces.map(toCell);
}

function toCell(segment: string): Cell {
  const code = segment.charCodeAt(0);
  if (segment.length === 1 && code < 127 && code >= 32) return ascii[code] as Cell;
  if (CERTAIN.test(segment)) return { text: segment, width: isWide(code) ? 2 : 1, certain: true };
  if (PICTURE.test(segment)) return { text: segment, width: 2, certain: false };
  let width = 0;
  for (const letter of segment) if (!NO_WIDTH.test(letter)) width += isWide(letter.codePointAt(0) as number) ? 2 : 1;
  return { text: segment, width, certain: false };
}

/** Columns that safe text takes. */
export function widthOf(text: string): number {
  if (isSimple(text)) return text.length;
  return toCells(text).reduce((sum, { width }) => sum + width, 0);
}

/** As much of the text as fits, with `…` where something is left out. */
export function fit(text: string, width: number): string {
  if (width <= 0) return '';
  if (text.length <= width && isSimple(text)) return text;
  // A cell is at most a few units: what is further away cannot be seen anyhow.
  const cells = toCells(text.slice(0, width * 40));
  let used = 0;
  let shown = '';
  for (const [at, cell] of cells.entries()) {
    const isLast = at === cells.length - 1 && text.length <= width * 40;
    if (used + cell.width > width - (isLast ? 0 : 1)) return fitsWhole(cells, at, used, width) ? shown + rest(cells, at) : `${shown}…`;
    shown += cell.text;
    used += cell.width;
  }
  return shown;
}

const rest = (cells: readonly Cell[], at: number) =>
  cells
    .slice(at)
    .map(({ text }) => text)
    .join('');

function fitsWhole(cells: readonly Cell[], at: number, used: number, width: number): boolean {
  let sum = used;
  for (let i = at; i < cells.length && sum <= width; i++) sum += (cells[i] as Cell).width;
  return sum <= width;
}
