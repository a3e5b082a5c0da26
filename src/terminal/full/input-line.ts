/**
 * The line being typed: a value, with functions from one to the next. Moves go by what a person sees as one letter; text stays byte for
 * byte what was typed or pasted.
 */
export interface InputLine {
  readonly text: string;
  /** UTF-16 units before the cursor. */
  readonly cursor: number;
}

export const emptyLine: InputLine = { text: '', cursor: 0 };
export const lineOf = (text: string): InputLine => ({ text, cursor: text.length });

const segmenter = new Intl.Segmenter();
/** Units that are looked at to find the next letter: a longer one is taken in pieces. */
const LONGEST_LETTER = 64;

export function insert({ text, cursor }: InputLine, more: string): InputLine {
  return { text: text.slice(0, cursor) + more + text.slice(cursor), cursor: cursor + more.length };
}

export const left = (line: InputLine): InputLine => ({ ...line, cursor: letterBefore(line) });
export const right = (line: InputLine): InputLine => ({ ...line, cursor: letterAfter(line) });
export const wordLeft = (line: InputLine): InputLine => ({ ...line, cursor: wordBefore(line) });
export const wordRight = (line: InputLine): InputLine => ({ ...line, cursor: wordAfter(line) });

/** Begin and end of the line of a text of several in which the cursor stands; there already, of the whole. */
export function toStart({ text, cursor }: InputLine): InputLine {
  const start = text.lastIndexOf('\n', cursor - 1) + 1;
  return { text, cursor: start === cursor || cursor === 0 ? 0 : start };
}

export function toEnd({ text, cursor }: InputLine): InputLine {
  const end = text.indexOf('\n', cursor);
  return { text, cursor: end < 0 || end === cursor ? text.length : end };
}

/** What is taken away by a command can be put back where the cursor stands. */
export interface Cut {
  readonly line: InputLine;
  readonly taken: string;
}

function take({ text }: InputLine, from: number, to: number): Cut {
  return { line: { text: text.slice(0, from) + text.slice(to), cursor: from }, taken: text.slice(from, to) };
}

export const backspace = (line: InputLine): InputLine => take(line, letterBefore(line), line.cursor).line;
export const deleteNext = (line: InputLine): InputLine => take(line, line.cursor, letterAfter(line)).line;
export const cutToStart = (line: InputLine): Cut => take(line, toStart(line).cursor, line.cursor);
export const cutToEnd = (line: InputLine): Cut => take(line, line.cursor, toEnd(line).cursor);
export const cutWordLeft = (line: InputLine): Cut => take(line, blankBefore(line), line.cursor);
export const cutWordRight = (line: InputLine): Cut => take(line, line.cursor, wordAfter(line));

function letterBefore({ text, cursor }: InputLine): number {
  const from = Math.max(0, cursor - LONGEST_LETTER);
  const last = Array.from(segmenter.segment(text.slice(from, cursor))).at(-1);
  return last ? from + last.index : cursor;
}

function letterAfter({ text, cursor }: InputLine): number {
  const [first] = segmenter.segment(text.slice(cursor, cursor + LONGEST_LETTER));
  return cursor + (first?.segment.length ?? 0);
}

const isOfWord = (letter: string) => /[\p{L}\p{N}\p{M}_]/u.test(letter);

function wordBefore({ text, cursor }: InputLine): number {
  let at = cursor;
  while (at > 0 && !isOfWord(text.charAt(at - 1)) && !isSurrogate(text, at - 1)) at--;
  while (at > 0 && (isOfWord(text.charAt(at - 1)) || isSurrogate(text, at - 1))) at--;
  return at;
}

function wordAfter({ text, cursor }: InputLine): number {
  let at = cursor;
  while (at < text.length && !isOfWord(text.charAt(at)) && !isSurrogate(text, at)) at++;
  while (at < text.length && (isOfWord(text.charAt(at)) || isSurrogate(text, at))) at++;
  return at;
}

/** What stands outside the first plane is letters and pictures: they go with their word, whole. */
function isSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xf800) === 0xd800;
}

/** Ctrl-W goes back to a blank, as shells do. */
function blankBefore({ text, cursor }: InputLine): number {
  let at = cursor;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
  while (at > 0 && !/\s/.test(text.charAt(at - 1))) at--;
  return at;
}
