import { StringDecoder } from 'node:string_decoder';
import { readModifier, readUnicodeKey } from './unicode-keys.ts';

/** What a person did: typed text, pressed a key, pasted. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  /** Named as it is written in help: `up`, `ctrl-a`, `alt-b`. */
  | { readonly kind: 'key'; readonly name: string }
  /** It was let go of: only terminals tell that were asked to (kitty's keyboard protocol). */
  | { readonly kind: 'release'; readonly name: string };

export interface KeyReader {
  /** Bytes as they come, cut anywhere. */
  write(bytes: Buffer): void;
  /** Nothing follows soon: an Esc that waited for the rest of a sequence was pressed alone. */
  settle(): void;
  /** Something unfinished waits, so that `settle` has something to do. */
  readonly waiting: boolean;
}

const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back-tab',
  P: 'f1',
  Q: 'f2',
  S: 'f4',
};
const NUMBERS: Readonly<Record<string, string>> = {
  '1': 'home',
  '3': 'delete',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end',
  '11': 'f1',
  '12': 'f2',
  '13': 'f3',
  '14': 'f4',
};
/** The console of Linux. */
const CONSOLE_KEYS: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4' };
const CONTROLS: Readonly<Record<string, string>> = { '\r': 'enter', '\n': 'ctrl-j', '\t': 'tab', '\u007f': 'backspace', '\b': 'backspace' };

const PASTE_BEGINS = '\u001b[200~';
const PASTE_ENDS = '\u001b[201~';
/** What a terminal says about itself, or a paste, without an end: longer than this it is dropped. */
const LONGEST_ANSWER = 4096;
const LONGEST_PASTE = 1 << 20;

/* eslint-disable no-control-regex */
const CONSOLE_KEY = /^\u001b\[\[([A-E])/;
const UNFINISHED_CONSOLE_KEY = /^\u001b\[\[$/;
const CSI = /^\u001b\[([0-?]*)[ -/]*([@-~])/;
const UNFINISHED_CSI = /^\u001b\[[0-?]*[ -/]*$/;
/** Device control, application, privacy and operating-system strings: answers, never keys. */
const STRING = /^\u001b[PX^_\]][\s\S]*?(?:\u001b\\|\u0007)/;
const UNFINISHED_STRING = /^\u001b[PX^_\]]/;
/** Private parameters are the terminal's own: no key has any. */
const ANSWERS = /^[<=>?]/;
const TEXT = /^[^\u0000-\u001f\u007f-\u009f]+/;
/* eslint-enable no-control-regex */

/** @param hear what the terminal says that is no key: its answers, whole */
export function createKeyReader(take: (key: Key) => void, hear: (answer: string) => void = () => {}): KeyReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  /** Pieces of a paste that goes on; its length bounds them. */
  let paste: string[] | null = null;
  let pasted = 0;

  const press = (name: string) => take({ kind: 'key', name });

  function keepPaste(text: string): void {
    if (pasted < LONGEST_PASTE) paste?.push(text.slice(0, LONGEST_PASTE - pasted));
    pasted += text.length;
  }

  /** Takes one thing from the front; false while it is unfinished. */
  function step(): boolean {
    if (paste) {
      const end = rest.indexOf(PASTE_ENDS);
      if (end < 0) {
        // Its end may be cut in two.
        const safe = rest.length - (PASTE_ENDS.length - 1);
        if (safe > 0) keepPaste(rest.slice(0, safe));
        if (safe > 0) rest = rest.slice(safe);
        return false;
      }
      keepPaste(rest.slice(0, end));
      rest = rest.slice(end + PASTE_ENDS.length);
      const text = paste.join('').replace(/\r\n?/g, '\n');
      paste = null;
      take({ kind: 'paste', text });
      return true;
    }
    if (rest.startsWith(PASTE_BEGINS)) {
      rest = rest.slice(PASTE_BEGINS.length);
      paste = [];
      pasted = 0;
      return true;
    }
    return rest.startsWith('\u001b') ? stepEscape() : stepPlain();
  }

  function stepPlain(): boolean {
    const text = TEXT.exec(rest)?.[0];
    if (text !== undefined) {
      rest = rest.slice(text.length);
      take({ kind: 'text', text });
      return true;
    }
    const control = rest.charAt(0);
    rest = rest.slice(1);
    pressControl(control, '');
    return true;
  }

  function pressControl(control: string, prefix: '' | 'alt-'): void {
    const code = control.charCodeAt(0);
    const known = CONTROLS[control];
    if (known !== undefined) press(prefix + known);
    else if (code === 0) press(`${prefix}ctrl-space`);
    else if (code < 27) press(`${prefix}ctrl-${String.fromCharCode(code + 96)}`);
    // A C1 control that was typed is nothing that anybody presses.
  }

  function stepEscape(): boolean {
    const onConsole = CONSOLE_KEY.exec(rest)?.[1];
    if (onConsole !== undefined) {
      rest = rest.slice(4);
      const name = CONSOLE_KEYS[onConsole];
      if (name !== undefined) press(name);
      return true;
    }
    if (UNFINISHED_CONSOLE_KEY.test(rest)) return false;
    const csi = CSI.exec(rest);
    if (csi) {
      const [all, parameters = '', final = ''] = csi;
      rest = rest.slice(all.length);
      if (final === 'u') pressUnicode(parameters, all);
      else if (ANSWERS.test(parameters) || final === 't') hear(all);
      else pressSequence(parameters, final);
      return true;
    }
    const answer = STRING.exec(rest)?.[0];
    if (answer !== undefined) {
      rest = rest.slice(answer.length);
      hear(answer);
      return true;
    }
    if (UNFINISHED_CSI.test(rest) || UNFINISHED_STRING.test(rest) || rest === '\u001b' || rest === '\u001bO') {
      if (rest.length > LONGEST_ANSWER) rest = '';
      return false;
    }
    if (rest.startsWith('\u001b[')) {
      // Neither a sequence nor the beginning of one.
      rest = rest.slice(2);
      return true;
    }
    if (rest.startsWith('\u001bO')) {
      const final = rest.charAt(2);
      rest = rest.slice(3);
      pressSequence('', final);
      return true;
    }
    rest = rest.slice(1);
    if (rest.startsWith('\u001b')) {
      press('escape');
      return true;
    }
    const letter = String.fromCodePoint(rest.codePointAt(0) as number);
    rest = rest.slice(letter.length);
    if (TEXT.test(letter)) press(`alt-${letter}`);
    else pressControl(letter, 'alt-');
    return true;
  }

  function pressSequence(parameters: string, final: string): void {
    const [first = '', modifier = ''] = parameters.split(';');
    const name = final === '~' ? NUMBERS[first] : FINALS[final];
    if (name !== undefined) pressWith(modifier, name);
  }

  /** A key with what was held beside it, as `bits:event`. */
  function pressWith(modifier: string, name: string): void {
    const { bits, isRelease } = readModifier(modifier);
    const whole = `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${name}`;
    if (isRelease) take({ kind: 'release', name: whole });
    else press(whole);
  }

  /** kitty's keyboard protocol: a key by the number of its letter. */
  function pressUnicode(parameters: string, all: string): void {
    if (ANSWERS.test(parameters)) return hear(all);
    const key = readUnicodeKey(parameters);
    if (key) take(key);
  }

  return {
    write(bytes) {
      rest += decoder.write(bytes);
      while (rest !== '' && step());
    },
    settle() {
      if (paste || rest === '') return;
      const kept = rest.slice(1);
      rest = '';
      press('escape');
      if (kept !== '' && !UNFINISHED_STRING.test(`\u001b${kept}`)) take({ kind: 'text', text: kept });
    },
    get waiting() {
      return paste === null && rest !== '';
    },
  };
}
