import type { Key } from './keys.ts';

/** Keys that have names and no letters. */
const NAMED: Readonly<Record<number, string>> = {
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  57_414: 'enter',
  57_417: 'left',
  57_418: 'right',
  57_419: 'up',
  57_420: 'down',
  57_421: 'page-up',
  57_422: 'page-down',
  57_423: 'home',
  57_424: 'end',
  57_426: 'delete',
};
/** The keypad, from its 0 on. */
const KEYPAD_FROM = 57_399;
const KEYPAD = '0123456789./*-+';
/** Where keys stand that mean no letter: shift alone, media keys. */
const PRIVATE = { from: 57_344, to: 63_743 };

const SHIFT = 1;
const ALT = 2;
const CONTROL = 4;
const NO_TEXT = ALT | CONTROL | 8 | 16 | 32;

/** `bits:event` of xterm's sequences: 1 and a bit each for shift, alt, control …; event 3 is letting go. */
export function readModifier(text: string): { bits: number; isRelease: boolean } {
  const [bits = '', event = ''] = text.split(':');
  return { bits: Math.max(0, Number(bits) - 1) || 0, isRelease: event === '3' };
}

/** `letter:shifted;bits:event;text` (https://sw.kovidgoyal.net/kitty/keyboard-protocol/). */
export function readUnicodeKey(parameters: string): Key | undefined {
  const [codes = '', modifier = '', texts = ''] = parameters.split(';');
  const [letter = Number.NaN, shifted] = codes.split(':').map(Number);
  const { bits, isRelease } = readModifier(modifier);
  const named = letter === 9 && bits & SHIFT ? 'back-tab' : NAMED[letter];
  const keypad = KEYPAD.charAt(letter - KEYPAD_FROM);
  const text = named === undefined ? keypad || textOf(letter, bits & SHIFT ? shifted : undefined, texts) : '';
  if (named === undefined && text === '') return undefined;
  if (named === undefined && !isRelease && !(bits & NO_TEXT)) return { kind: 'text', text };
  const key = named ?? (text === ' ' ? 'space' : text);
  const name = `${bits & ALT ? 'alt-' : ''}${bits & CONTROL ? 'ctrl-' : ''}${key}`;
  return isRelease ? { kind: 'release', name } : { kind: 'key', name };
}

function textOf(letter: number, shifted: number | undefined, texts: string): string {
  if (letter >= PRIVATE.from && letter <= PRIVATE.to) return '';
  const codes = texts === '' ? [shifted || letter] : texts.split(':').map(Number);
  // Controls, C1 and what is no character are nothing that anybody types.
  const isLetter = (code: number) => code >= 32 && code <= 0x10ffff && !(code >= 127 && code < 160) && !(code >= 0xd800 && code < 0xe000);
  return codes.every(isLetter) ? String.fromCodePoint(...codes) : '';
}
