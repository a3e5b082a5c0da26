/** What a terminal says about itself when it is asked. */
export interface TerminalAbilities {
  readonly kitty: boolean;
  readonly sixel: boolean;
  /** Colours of sixel; null where it does not say. */
  readonly registers: number | null;
  /** Pixels of a cell; null where it does not say. */
  readonly cell: { readonly width: number; readonly height: number } | null;
  /** It tells when a key is let go of (kitty's keyboard protocol). */
  readonly releases: boolean;
}

export const NO_ABILITIES: TerminalAbilities = { kitty: false, sixel: false, registers: null, cell: null, releases: false };

/** A picture of one pixel that is not to be shown: kitty answers OK. */
const KITTY_QUESTION = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\';
/** The size of a cell, in pixels. */
const CELL_QUESTION = '\u001b[16t';
/** The colours of sixel, the keyboard protocol; last what every terminal answers (DA1), so that one knows when nothing more will come. */
const OTHER_QUESTIONS = '\u001b[?1;1;0S\u001b[?u\u001b[c';

/** How long answers may take before one goes on without them, ms. What comes later counts all the same. */
const PATIENCE = 500;
/** Larger ones are no cells: an answer of somebody who makes fun of us. */
const LARGEST_CELL = 200;

/** Asks a terminal once, and listens to what it says. */
export interface TerminalInquiry {
  /** Undefined while answers may still come in time. */
  readonly known: TerminalAbilities | undefined;
  /** Begins to wait; what has to be written comes back, empty where it was asked before, or must not be. */
  ask(): string;
  /** The window changed, and with it perhaps the size of letters: asks those again who said it before. */
  askAgain(): string;
  /** A sequence that came from the terminal and is no key. */
  hear(answer: string): void;
  close(): void;
}

/** @param changed something is known that was not: the first answers, or late ones */
export function createInquiry(env: Readonly<Record<string, string | undefined>>, changed: () => void): TerminalInquiry {
  let abilities = NO_ABILITIES;
  // The console of Linux has no pictures, and would print the question.
  let known = env.TERM === 'linux';
  let asked = known;
  let timer: NodeJS.Timeout | undefined;

  function settle(): void {
    clearTimeout(timer);
    known = true;
    changed();
  }

  function learn(more: Partial<TerminalAbilities>): void {
    const next = { ...abilities, ...more };
    const isNew = JSON.stringify(next) !== JSON.stringify(abilities);
    abilities = next;
    if (known && isNew) changed();
  }

  return {
    get known() {
      return known ? abilities : undefined;
    },
    ask() {
      if (asked) return '';
      asked = true;
      timer = setTimeout(settle, PATIENCE);
      return (isMultiplexer(env) ? '' : KITTY_QUESTION) + CELL_QUESTION + OTHER_QUESTIONS;
    },
    askAgain: () => (known && abilities.cell ? CELL_QUESTION : ''),
    hear(answer) {
      if (!asked) return;
      const more = readAnswer(answer);
      if (more) learn(more);
      if (isLast(answer) && !known) settle();
    },
    close: () => clearTimeout(timer),
  };
}

/** tmux and screen let no pictures of kitty through, and tmux takes the question for a title. */
const isMultiplexer = ({ TMUX, STY, TERM = '' }: Readonly<Record<string, string | undefined>>): boolean =>
  Boolean(TMUX || STY) || /^(?:screen|tmux)/.test(TERM);

/* eslint-disable no-control-regex */
const DA1 = /^\u001b\[\?([\d;]*)c$/;
const CELL = /^\u001b\[6;(\d{1,4});(\d{1,4})t$/;
const REGISTERS = /^\u001b\[\?1;0;(\d{1,6})S$/;
const KITTY = /^\u001b_Gi=31;OK\u001b\\$/;
const KEYBOARD = /^\u001b\[\?\d{1,4}u$/;
/* eslint-enable no-control-regex */

const isLast = (answer: string): boolean => DA1.test(answer);

export function readAnswer(answer: string): Partial<TerminalAbilities> | undefined {
  const attributes = DA1.exec(answer)?.[1];
  // The first number is the kind of terminal; 4 behind it is sixel.
  if (attributes !== undefined) return { sixel: attributes.split(';').slice(1).includes('4') };
  const [, height, width] = CELL.exec(answer) ?? [];
  if (height !== undefined) {
    const cell = { width: Number(width), height: Number(height) };
    const isCell = [cell.width, cell.height].every((side) => side >= 1 && side <= LARGEST_CELL);
    return isCell ? { cell } : undefined;
  }
  const registers = REGISTERS.exec(answer)?.[1];
  if (registers !== undefined) return { registers: Number(registers) };
  if (KITTY.test(answer)) return { kitty: true };
  return KEYBOARD.test(answer) ? { releases: true } : undefined;
}
