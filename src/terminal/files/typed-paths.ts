import { homedir } from 'node:os';
import { join } from 'node:path';

/** Windows separates folders by what escapes elsewhere. */
const ESCAPES = process.platform !== 'win32';

/** `~` as a shell reads it. */
export function expandHome(path: string): string {
  return path === '~' ? homedir() : path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

export interface TypedWord {
  /** Where it begins in what was typed. */
  readonly from: number;
  /** Without its quotes and backslashes. */
  readonly text: string;
  /** A quote that was opened and not closed. */
  readonly quote: '"' | "'" | '';
}

/** Words as a shell splits them: quotes of both kinds, and a backslash before what is meant as it stands. */
export function splitWords(typed: string): readonly TypedWord[] {
  const words: Array<{ from: number; text: string; quote: TypedWord['quote'] }> = [];
  let word: (typeof words)[number] | undefined;
  for (let at = 0; at < typed.length; at++) {
    const letter = typed.charAt(at);
    const quote = word?.quote ?? '';
    if (quote === '' && /\s/.test(letter)) {
      word = undefined;
      continue;
    }
    if (!word) words.push((word = { from: at, text: '', quote: '' }));
    if (letter === quote) word.quote = '';
    else if (quote === '' && (letter === '"' || letter === "'")) word.quote = letter;
    else if (ESCAPES && letter === '\\' && quote !== "'" && at + 1 < typed.length) word.text += typed.charAt(++at);
    else word.text += letter;
  }
  return words;
}

/**
 * The paths that were meant: all of it where that is one, spaces and all; else word by word.
 * @param isThere whether something stands at a path
 */
export async function readTypedPaths(typed: string, isThere: (path: string) => Promise<boolean>): Promise<readonly string[]> {
  const whole = expandHome(typed);
  if (await isThere(whole)) return [whole];
  const words = splitWords(typed);
  // A name with an apostrophe, of which a quote has no end, is rather what it seems.
  if (words.at(-1)?.quote) return [whole];
  return words.map(({ text }) => expandHome(text));
}

/** As one types a name so that it stays one word. */
export function escapeWord(name: string): string {
  return ESCAPES ? name.replace(/[\s"'\\]/g, String.raw`\$&`) : /\s/.test(name) ? `"${name}"` : name;
}
