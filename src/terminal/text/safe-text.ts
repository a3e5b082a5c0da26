/**
 * Text of others on its way to a terminal: data in every sense. Nothing that comes out of here can move the cursor, set
 * a colour or title, write to the clipboard, make the terminal answer, or turn the reading direction; nothing in it is invisible.
 */

/** Marks that may pile up on one letter before the rest is left out: real scripts need fewer than this. */
const MARKS_PER_LETTER = 4;
/** Pictures that may be joined into one; the longest in use (a kiss of two) have four. */
const JOINED_PICTURES = 6;

/** C0 without newline and tab, DEL, C1. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/**
 * What is not seen, or turns what is seen: direction marks, overrides and isolates, separators, fillers that look like nothing, invisible
 * operators, the byte-order mark, interlinear and musical format, tags.
 */
const INVISIBLE =
  /\u034f|[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]|\ud82f[\udca0-\udca3]|\ud834[\udd73-\udd7a]|\udb40[\udc00-\udfff]/g;
/** Joiners that do nothing where they stand, which is not between pictures nor in the scripts that need them (Hebrew to Myanmar, Mongolian). */
const IDLE_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u0590-\u10ff\u1780-\u18af])[\u200c\u200d]|[\u200c\u200d](?![\p{Extended_Pictographic}\u0590-\u10ff\u1780-\u18af])/gu;
const PILE = new RegExp(`((?:\\p{M}|[\\u200c\\u200d]){${MARKS_PER_LETTER}})(?:\\p{M}|[\\u200c\\u200d])+`, 'gu');
/** More pictures on one string than there are words for: they stand side by side. */
const CHAIN = new RegExp(`(?:\\p{Extended_Pictographic}[\\p{M}\\p{Emoji_Modifier}]*\\u200d){${JOINED_PICTURES},}`, 'gu');
/** A mark without a letter would sit on what we wrote before it. */
const LONE_MARK = /(^|\n)(?=\p{M})/gu;

/** One line of text that is safe to write to a terminal: newlines become `⏎`. */
export function toSafeLine(text: string): string {
  return toSafeText(text).replace(/\n/g, ' ⏎ ');
}

/** Text that is safe to write to a terminal; newlines stay, `\r\n` counts as one. */
export function toSafeText(text: string): string {
  if (/^[ -~\n]*$/.test(text)) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(CONTROL, picture)
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(PILE, '$1')
    .replace(CHAIN, (pictures) => pictures.replaceAll('\u200d', ''))
    .replace(INVISIBLE, byNumber)
    .replace(IDLE_JOINER, byNumber)
    .replace(LONE_MARK, '$1\u25cc');
}

/** ␛ for ESC and its like; a C1 control by its number. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : byNumber(control);
}

function byNumber(mark: string): string {
  return `<U+${(mark.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`;
}
