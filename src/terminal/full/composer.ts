import { LIMITS_OF_CONTENT } from '../../client/index.ts';
import { commonStart, type Completions, type CompletionSources, findCompletions } from './completion.ts';
import { createInputHistory } from './input-history.ts';
import * as edit from './input-line.ts';
import type { Key } from './keys.ts';

/** What comes of a key. `nothing`: it was none for the line. */
export type Outcome = 'nothing' | 'changed' | 'enter' | 'too-long';

/** The line being typed, with what keys do to it. */
export interface Composer {
  readonly line: edit.InputLine;
  /** What Tab found, to be shown until the next key. */
  readonly candidates: readonly string[];
  /** Tab found nothing. */
  readonly foundNothing: boolean;
  press(key: Key): Outcome;
  /** Takes the line away to be done. */
  take(): string;
  /** Puts a text on the line where it is empty. */
  offer(text: string): void;
}

/** Pastes beyond what one message holds are not half taken. */
const LONGEST = LIMITS_OF_CONTENT.text;

export function createComposer(sources: CompletionSources, changed: () => void): Composer {
  let line = edit.emptyLine;
  let killed = '';
  let candidates: readonly string[] = [];
  let foundNothing = false;
  /** Where Tab goes on from. */
  let round: { from: number; candidates: readonly string[]; at: number; line: edit.InputLine } | undefined;
  const history = createInputHistory();

  function cut({ line: next, taken }: edit.Cut): void {
    if (taken !== '') killed = taken;
    line = next;
  }

  function recall(text: string | undefined): void {
    if (text !== undefined) line = edit.lineOf(text);
  }

  const moves: Readonly<Record<string, () => void>> = {
    left: () => (line = edit.left(line)),
    'ctrl-b': () => (line = edit.left(line)),
    right: () => (line = edit.right(line)),
    'ctrl-f': () => (line = edit.right(line)),
    'ctrl-left': () => (line = edit.wordLeft(line)),
    'alt-left': () => (line = edit.wordLeft(line)),
    'alt-b': () => (line = edit.wordLeft(line)),
    'ctrl-right': () => (line = edit.wordRight(line)),
    'alt-right': () => (line = edit.wordRight(line)),
    'alt-f': () => (line = edit.wordRight(line)),
    home: () => (line = edit.toStart(line)),
    'ctrl-a': () => (line = edit.toStart(line)),
    end: () => (line = edit.toEnd(line)),
    'ctrl-e': () => (line = edit.toEnd(line)),
    backspace: () => (line = edit.backspace(line)),
    delete: () => (line = edit.deleteNext(line)),
    'ctrl-d': () => (line = edit.deleteNext(line)),
    'ctrl-u': () => cut(edit.cutToStart(line)),
    'ctrl-k': () => cut(edit.cutToEnd(line)),
    'ctrl-w': () => cut(edit.cutWordLeft(line)),
    'alt-backspace': () => cut(edit.cutWordLeft(line)),
    'alt-d': () => cut(edit.cutWordRight(line)),
    'ctrl-y': () => (line = edit.insert(line, killed)),
    up: () => recall(history.older(line.text)),
    down: () => recall(history.newer(line.text)),
    'alt-enter': () => (line = edit.insert(line, '\n')),
    'ctrl-j': () => (line = edit.insert(line, '\n')),
  };

  function type(text: string): Outcome {
    if (Buffer.byteLength(line.text) + Buffer.byteLength(text) > LONGEST) return 'too-long';
    line = edit.insert(line, text);
    return 'changed';
  }

  function complete(back: boolean): void {
    if (round && round.line === line) return next(round, back);
    const asked = line;
    const found = findCompletions(asked, sources);
    if (!(found instanceof Promise)) return apply(found);
    void found.then((late) => {
      // Whoever typed on meanwhile meant something else.
      if (line !== asked) return;
      apply(late);
      changed();
    });
  }

  function apply({ from, candidates: found }: Completions): void {
    foundNothing = found.length === 0;
    const only = found.length === 1 ? (found[0] as string) : commonStart(found);
    if (only.length > line.cursor - from || found.length === 1) replace(from, only);
    candidates = found.length > 1 ? found : [];
    round = found.length > 1 ? { from, candidates: found, at: -1, line } : undefined;
  }

  function next(known: NonNullable<typeof round>, back: boolean): void {
    const count = known.candidates.length;
    const at = back ? (known.at <= 0 ? count - 1 : known.at - 1) : (known.at + 1) % count;
    replace(known.from, known.candidates[at] as string);
    candidates = known.candidates;
    round = { ...known, at, line };
  }

  function replace(from: number, text: string): void {
    const rest = line.text.slice(line.cursor);
    line = { text: line.text.slice(0, from) + text + rest, cursor: from + text.length };
  }

  return {
    get line() {
      return line;
    },
    get candidates() {
      return candidates;
    },
    get foundNothing() {
      return foundNothing;
    },
    press(key) {
      if (key.kind === 'release') return 'nothing';
      foundNothing = false;
      if (key.kind === 'key' && (key.name === 'tab' || key.name === 'back-tab')) {
        complete(key.name === 'back-tab');
        return 'changed';
      }
      candidates = [];
      round = undefined;
      if (key.kind !== 'key') return type(key.text);
      if (key.name === 'enter') return 'enter';
      const move = moves[key.name];
      move?.();
      return move ? 'changed' : 'nothing';
    },
    take() {
      const { text } = line;
      history.add(text);
      line = edit.emptyLine;
      return text;
    },
    offer(text) {
      if (line.text === '') line = edit.lineOf(text);
    },
  };
}
