/**
 * Text of others on its way to a terminal: data in every sense. Nothing that comes out of here can move the cursor, set
 * a colour or title, write to the clipboard or turn the reading direction.
 */

/** Marks that may pile up on one letter before the rest is left out: real scripts need fewer than this. */
const MARKS_PER_LETTER = 4;

/** C0 without newline and tab, DEL, C1. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Direction marks and overrides, isolates, invisible separators, line separators, byte-order mark, tags. */
const INVISIBLE = /[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const PILE = new RegExp(`(\\p{M}{${MARKS_PER_LETTER}})\\p{M}+`, 'gu');

/** One line of text that is safe to write to a terminal: newlines become `⏎`. */
export function toSafeLine(text: string): string {
  return toSafeText(text).replace(/\n/g, ' ⏎ ');
}

/** Text that is safe to write to a terminal; newlines stay, `\r\n` counts as one. */
export function toSafeText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(CONTROL, picture)
    .replace(INVISIBLE, (mark) => `<U+${(mark.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}>`)
    .replace(PILE, '$1')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** ␛ for ESC and its like; a C1 control by its number. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+00${code.toString(16).toUpperCase()}>`;
}
