import { readdir } from 'node:fs/promises';
import { commands, type Transfer } from '../../client/index.ts';
import { escapeWord, expandHome, splitWords } from '../files/typed-paths.ts';
import type { InputLine } from './input-line.ts';

/** What may be meant, by what is completed. */
export interface CompletionSources {
  /** Names of commands in Spanish first. */
  readonly spanish: boolean;
  members(): readonly string[];
  knocks(): readonly string[];
  rooms(): readonly string[];
  /** Files of the room, by what one types for them. */
  files(): Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>>;
  transfers(): readonly Pick<Transfer, 'id' | 'name'>[];
  /** Names in a folder, with `/` at the end of folders. */
  list(folder: string): Promise<readonly string[]>;
}

/** What could stand from `from` to the cursor. */
export interface Completions {
  readonly from: number;
  readonly candidates: readonly string[];
}

/** More than a person reads. */
const MOST = 200;

/** What the word at the cursor could become: commands in both languages, who and where a command is about, names, paths. Only a disk may take its time. */
export function findCompletions({ text, cursor }: InputLine, sources: CompletionSources): Completions | Promise<Completions> {
  const before = text.slice(0, cursor);
  const command = /^\/([^\s/]*)$/.exec(before);
  if (command)
    return pick(
      0,
      before,
      namesOf(commands, command[1] as string, sources.spanish).map((found) => `/${found} `),
    );
  const [, name = '', blank = '', argument = ''] = /^\/([^\s/]\S*)(\s+)([\s\S]*)$/.exec(before) ?? [];
  const known = name === '' ? undefined : commands.find((entry) => [entry.name, ...entry.aliases].includes(name.toLowerCase()));
  const from = 1 + name.length + blank.length;
  if (known?.completes === 'member') return pick(from, argument, endWithSpace(sources.members()));
  if (known?.completes === 'knock') return pick(from, argument, endWithSpace(sources.knocks()));
  if (known?.completes === 'room') return pick(from, argument, endWithSpace(sources.rooms()));
  if (known?.completes === 'path') return completePaths(from, argument, sources);
  if (known?.completes === 'file') return completeFile(from, argument, sources);
  if (known?.completes === 'word') return { from, candidates: endWithSpace(namesOf(known.words ?? [], argument, sources.spanish)) };
  if (known?.completes === 'transfer') return pick(from, argument, transferNames(sources.transfers()));
  const word = /\S*$/.exec(before)?.[0] ?? '';
  const start = cursor - word.length;
  if (/^(?:~|\.{1,2})?\//.test(word) && start > 0) return completePath(start, word, sources);
  if (word === '' || word === '@') return { from: start, candidates: [] };
  const at = word.startsWith('@') ? '@' : '';
  const end = start === 0 ? ': ' : ' ';
  return pick(
    start,
    word,
    sources.members().map((member) => `${at}${member}${end}`),
  );
}

const endWithSpace = (names: readonly string[]) => names.map((name) => `${name} `);

/** One name of each that fits: in the language of the screen where that one does. */
function namesOf(
  entries: ReadonlyArray<{ readonly name: string; readonly aliases: readonly string[] }>,
  typed: string,
  spanish: boolean,
): string[] {
  return entries.flatMap(({ name, aliases }) => {
    const fitting = (spanish ? [...aliases, name] : [name, ...aliases]).find((word) => word.startsWith(typed.toLowerCase()));
    return fitting === undefined ? [] : [fitting];
  });
}

const fold = (text: string) => text.normalize('NFC').toLocaleLowerCase();

function pick(from: number, typed: string, candidates: readonly string[]): Completions {
  const fitting = candidates.filter((candidate) => candidate.trim() !== '' && fold(candidate).startsWith(fold(typed)));
  return { from, candidates: [...new Set(fitting)].slice(0, MOST) };
}

async function completePath(from: number, typed: string, sources: CompletionSources): Promise<Completions> {
  const cut = typed.lastIndexOf('/') + 1;
  const names = await sources.list(typed.slice(0, cut));
  const begun = typed.slice(cut);
  // Hidden files are for those who begin with the dot.
  const fitting = names.filter((name) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')));
  return { from: from + cut, candidates: fitting.toSorted((a, b) => a.localeCompare(b)).slice(0, MOST) };
}

/** The last of the words that are typed; where that fits nothing, all of it as one path with spaces. */
async function completePaths(from: number, typed: string, sources: CompletionSources): Promise<Completions> {
  const words = splitWords(typed);
  const last = words.at(-1);
  // Behind a space that stands for itself a new word begins.
  const word = last && !isFinished(typed, last) ? last : { from: typed.length, text: '', quote: '' as const };
  const found = await completeWord(from + word.from, word.text, word.quote, sources);
  return found.candidates.length > 0 || word.from === 0 ? found : completeWord(from, typed, '', sources);
}

const isFinished = (typed: string, last: { readonly from: number; readonly quote: string }): boolean =>
  last.quote === '' && /(?<!\\)\s$/.test(typed.slice(last.from));

async function completeWord(from: number, path: string, quote: string, sources: CompletionSources): Promise<Completions> {
  const cut = path.lastIndexOf('/') + 1;
  const folder = path.slice(0, cut);
  const { candidates } = await completePath(0, path, sources);
  return {
    from,
    candidates: candidates.map((name) => {
      const end = name.endsWith('/') ? '' : `${quote} `;
      return quote === '' ? `${escapeWord(folder)}${escapeWord(name)}${end}` : `${quote}${folder}${name}${end}`;
    }),
  };
}

/** By its number or its name; then the folder that it goes to. */
async function completeFile(from: number, typed: string, sources: CompletionSources): Promise<Completions> {
  const [, id = '', blank = '', folder = ''] = /^(\S*)(\s*)([\s\S]*)$/.exec(typed) ?? [];
  if (blank !== '') return completePaths(from + id.length + blank.length, folder, sources);
  const fitting = (await sources.files()).filter((file) => file.id.startsWith(fold(id)) || fold(file.name).startsWith(fold(id)));
  return { from, candidates: fitting.map((file) => `${file.id} `).slice(0, MOST) };
}

/** Names, as long as each is of one transfer alone. */
function transferNames(transfers: readonly Pick<Transfer, 'id' | 'name'>[]): string[] {
  return transfers.map(({ id, name }) => (transfers.some((other) => other.id !== id && other.name === name) ? id.slice(0, 8) : name));
}

/** The names in a folder of this machine, none where it cannot be read. */
export async function listFolder(folder: string): Promise<readonly string[]> {
  const path = folder === '' ? '.' : expandHome(folder);
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  } catch {
    return [];
  }
}

/** The beginning that all have in common, of the letters of the first. */
export function commonStart(candidates: readonly string[]): string {
  let common = candidates[0] ?? '';
  for (const candidate of candidates) while (!fold(candidate).startsWith(fold(common))) common = Array.from(common).slice(0, -1).join('');
  return common;
}
