import { commands } from '../../src/client/index.ts';

/** A heading with what stands below it, up to the next heading, in words that are the same in every language. */
export interface Section {
  readonly level: number;
  readonly heading: string;
  /** Lines of the blocks of code, one block after the other. */
  readonly blocks: readonly (readonly string[])[];
  /** What is written as code in the text. */
  readonly code: readonly string[];
  readonly links: readonly string[];
  readonly numbers: readonly string[];
  /** By row: how many cells, and the code in them. */
  readonly rows: readonly string[];
}

/** Stand-ins that a reader replaces, and what is typed in examples. */
const TRANSLATED: Readonly<Record<string, string>> = {
  TÚ: 'YOU',
  DIR: 'FOLDER',
  CARPETA: 'FOLDER',
  ARCHIVO: 'FILE',
  EQUIPO: 'HOST',
  PUERTO: 'PORT',
  NOMBRE: 'NAME',
  RUTA: 'PATH',
  NÚMERO: 'NUMBER',
  TEXTO: 'TEXT',
  DIRECCIÓN: 'ADDRESS',
  sí: 'yes',
  hola: 'hello',
};

const FENCE = /^```\n([\s\S]*?)^```$/gm;
const PROGRAM = /^(?:CORRILLO_INVITE=|(?:npm|npm\.cmd|npx|node|corrillo|curl|echo|tar|powershell)\b|--)/;

const commandByName = new Map(commands.flatMap(({ name, aliases }) => [name, ...aliases].map((word) => [`/${word}`, `/${name}`])));

const matches = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), (match) => match[1] ?? match[0]);
const toSet = (words: readonly string[]) => [...new Set(words)].toSorted();

/** Code as it would stand in English. */
function neutral(code: string): string {
  return code
    .replace(/(?<![\w/.])\/[\p{L}?]+(?![\w/.-])/gu, (word) => commandByName.get(word) ?? word)
    .replace(/\p{L}+/gu, (word) => TRANSLATED[word] ?? word);
}

/** Commands without the remarks behind them, JSON without the texts of people; of what programs say, only addresses. */
function neutralLine(line: string): string {
  const typed = line.trim().replace(/^\$ /, '');
  if (typed.startsWith('{')) return typed.replace(/("text":)"[^"]*"/g, '$1');
  if (!PROGRAM.test(typed)) return matches(typed, /https?:\S+/g).join(' ');
  const [command = ''] = typed.replace(/^(corrillo \w+)\s+(?=--)/, '$1 ').split(/\s{2,}/);
  return neutral(command.replace(/^echo '[^']*'/, 'echo'));
}

/** @param otherName of the document in the other language, for which links are the same */
export function readSections(text: string, otherName: string): Section[] {
  const blocksOf = (part: string) => matches(part, FENCE).map((block) => block.split('\n').map(neutralLine));
  // A line of a block that begins like a heading is none.
  const hidden = text.replace(FENCE, (block) => block.replace(/^#/gm, '\u0000'));
  return hidden
    .split(/^(?=#+ )/m)
    .filter((part) => part.startsWith('#'))
    .map((part) => {
      const [first = ''] = part.split('\n');
      const prose = part.slice(first.length).replace(FENCE, '');
      const codeOf = (lines: string) => toSet(matches(lines, /`([^`]+)`/g).map(neutral));
      const plain = prose.replace(/`[^`]+`/g, '').replace(/\]\([^)]+\)/g, ']');
      return {
        level: first.indexOf(' '),
        heading: first.replace(/^#+ /, ''),
        blocks: blocksOf(part.replaceAll('\u0000', '#')),
        code: codeOf(prose),
        links: toSet(matches(prose, /\]\(([^)\s]+)\)/g).map((link) => (link === otherName ? 'the other one' : link))),
        numbers: matches(plain, /\d+(?:[.,]\d+)*/g).toSorted(),
        rows: prose
          .split('\n')
          .filter((line) => line.startsWith('|'))
          .map((row) => `${row.replace(/`[^`]+`/g, '').split('|').length - 2}: ${codeOf(row).join(' ')}`),
      };
    });
}

/** The anchor that a heading gets on a forge. */
export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
