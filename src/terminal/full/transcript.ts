import type { Row } from '../text/rows.ts';
import { type Line, type LineStyle, rowsOf, ruleWith } from './lines.ts';

/** A conversation as it is looked at: a window of lines around what the person sees, and where in it that is. */
export interface Transcript {
  /** A new line at the end. */
  add(line: Line): void;
  /** What stood under the number of this line is this one now. */
  replace(line: Line): void;
  /** Lines from before the first one; none there are: this is where it begins. */
  prepend(lines: readonly Line[]): void;
  /** Lines from after the last one, of those that were let go; none left: here is the end. */
  append(lines: readonly Line[]): void;
  /** Exactly `height` rows; `tail` stands at the end of all. */
  look(height: number, style: LineStyle, tail: readonly Row[]): readonly Row[];
  /** Up by so many rows; down where it is negative. */
  scroll(rows: number): void;
  toEnd(): void;
  /** At the end, so that what comes is seen. */
  readonly following: boolean;
  /** Texts that came while one was looking further up. */
  readonly below: number;
  /** What has to be fetched for the person to see on, by the number to start from. */
  readonly wanted: { readonly older: number | undefined } | { readonly newer: number } | undefined;
  /** From the number after this one on nothing was seen yet. */
  markUnread(after: number): void;
}

export interface TranscriptWords {
  readonly beginning: string;
  readonly loading: string;
  readonly unread: string;
}

/** Lines and characters that are kept at once: more is on disk, and is fetched when somebody scrolls there. */
const LINES = 1_500;
const CHARACTERS = 4_000_000;
/** So that the window is not moved for each line. */
const SLACK = 200;

export function createTranscript(words: TranscriptWords): Transcript {
  let lines: Line[] = [];
  let characters = 0;
  /** The lowest line that is seen, and how many of its rows are hidden below; null: at the end. */
  let anchor: { line: Line; hidden: number } | null = null;
  let begins = false;
  /** Lines after the last one were let go, because somebody looks further up. */
  let cutOff = false;
  let below = 0;
  let unreadAfter: number | undefined;
  let shape: { height: number; style: LineStyle | undefined } = { height: 1, style: undefined };
  let atTop = false;
  let cache = new WeakMap<Line, { before: Line | undefined; mark: boolean; rows: readonly Row[] }>();

  const newestSeq = () => lines.findLast(({ seq }) => seq !== undefined)?.seq ?? 0;
  const sizeOf = (line: Line) => (line.kind === 'text' || line.kind === 'note' ? line.text.length : 100);
  const isFull = () => lines.length > LINES + SLACK || characters > CHARACTERS;

  function dropFirst(): void {
    while (lines.length > LINES || (characters > CHARACTERS && lines.length > 1)) {
      characters -= sizeOf(lines.shift() as Line);
      begins = false;
    }
  }

  function dropLast(): void {
    while (lines.length > LINES || (characters > CHARACTERS && lines.length > 1)) {
      characters -= sizeOf(lines.pop() as Line);
      cutOff = true;
    }
  }

  function rowsAt(at: number): readonly Row[] {
    const line = lines[at] as Line;
    const before = lines[at - 1];
    const mark = isFirstUnread(at);
    const known = cache.get(line);
    if (known && known.before === before && known.mark === mark) return known.rows;
    const style = shape.style as LineStyle;
    const body = rowsOf(line, before, style);
    const rows = mark ? [ruleWith(words.unread, style.width, 'accent'), ...body] : body;
    cache.set(line, { before, mark, rows });
    return rows;
  }

  function isFirstUnread(at: number): boolean {
    if (unreadAfter === undefined) return false;
    const seq = lines[at]?.seq;
    if (seq === undefined || seq <= unreadAfter) return false;
    for (let i = at - 1; i >= 0; i--) {
      const earlier = lines[i]?.seq;
      if (earlier !== undefined) return earlier <= unreadAfter;
    }
    return begins;
  }

  const countAt = (at: number) => rowsAt(at).length;
  const last = () => lines.length - 1;

  /** Where the lowest row that is seen belongs to. Without an anchor, and where its line is gone, that is the end. */
  function place(): { at: number; hidden: number } {
    const at = anchor ? lines.lastIndexOf(anchor.line) : -1;
    return anchor && at >= 0 ? { at, hidden: anchor.hidden } : { at: last(), hidden: 0 };
  }

  function scroll(by: number): void {
    if (!shape.style || lines.length === 0 || (by < 0 && !anchor)) return;
    let { at, hidden } = place();
    hidden += by;
    while (hidden >= countAt(at) && at > 0) hidden -= countAt(at--);
    while (hidden < 0 && at < last()) hidden += countAt(++at);
    hidden = Math.max(0, hidden);
    // Not further up than with the first row at the top.
    let above = countAt(at) - hidden;
    for (let i = at - 1; i >= 0 && above < shape.height; i--) above += countAt(i);
    for (let short = shape.height - above; short > 0;) {
      if (hidden > 0) {
        const more = Math.min(short, hidden);
        hidden -= more;
        short -= more;
      } else if (at < last()) hidden = countAt(++at);
      else break;
    }
    if (at === last() && hidden === 0 && !cutOff) toEnd();
    else anchor = { line: lines[at] as Line, hidden };
  }

  function toEnd(): void {
    if (cutOff) {
      // What is between here and there is on disk: begin anew from the end.
      lines = [];
      characters = 0;
      begins = false;
      cutOff = false;
    }
    anchor = null;
    below = 0;
  }

  return {
    add(line) {
      if (anchor && line.kind === 'text' && !line.own) below++;
      if (cutOff) return;
      lines.push(line);
      characters += sizeOf(line);
      if (!isFull()) return;
      if (anchor) dropLast();
      else dropFirst();
    },
    replace(line) {
      const at = lines.findIndex(({ seq }) => seq === line.seq);
      if (at < 0) return;
      const before = lines[at] as Line;
      lines[at] = line;
      characters += sizeOf(line) - sizeOf(before);
      if (anchor?.line === before) anchor = { line, hidden: 0 };
    },
    prepend(more) {
      const first = lines.find(({ seq }) => seq !== undefined)?.seq ?? Number.POSITIVE_INFINITY;
      const fresh = more.filter(({ seq = 0 }) => seq < first);
      if (fresh.length === 0) begins = true;
      lines = [...fresh, ...lines];
      characters += fresh.reduce((sum, line) => sum + sizeOf(line), 0);
      if (anchor && isFull()) dropLast();
    },
    append(more) {
      const newest = newestSeq();
      const fresh = more.filter(({ seq = 0 }) => seq > newest);
      lines = [...lines, ...fresh];
      characters += fresh.reduce((sum, line) => sum + sizeOf(line), 0);
      if (fresh.length === 0) cutOff = false;
      if (isFull()) dropFirst();
    },
    look(height, style, tail) {
      if (shape.style?.width !== style.width || shape.style.height !== style.height) cache = new WeakMap();
      shape = { height, style };
      const rows: Row[] = anchor ? [] : [...tail];
      const { at, hidden } = place();
      let from = at;
      if (at >= 0) {
        const shown = rowsAt(at);
        rows.unshift(...shown.slice(0, shown.length - Math.min(hidden, shown.length)));
        from--;
      }
      for (; from >= 0 && rows.length < height; from--) rows.unshift(...rowsAt(from));
      atTop = rows.length < height || from < 0;
      if (rows.length > height) return rows.slice(rows.length - height);
      const above = begins ? words.beginning : words.loading;
      if (rows.length < height && lines.length > 0 && above !== '') rows.unshift(ruleWith(above, style.width));
      return [...Array.from({ length: height - rows.length }, (): Row => []), ...rows];
    },
    scroll,
    toEnd,
    get following() {
      return anchor === null;
    },
    get below() {
      return below;
    },
    get wanted() {
      if (cutOff && anchor && lines.length - lines.lastIndexOf(anchor.line) < shape.height * 2) return { newer: newestSeq() };
      if (begins || !atTop) return undefined;
      return { older: lines.find(({ seq }) => seq !== undefined)?.seq };
    },
    markUnread(after) {
      unreadAfter = after;
      cache = new WeakMap();
    },
  };
}
