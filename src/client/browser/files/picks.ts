import { CodedError } from '../../../protocol/index.ts';

/** What somebody chose, dropped or pasted: a file, or a folder with all that is in it. */
export type Picked =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'folder'; readonly name: string; readonly files: readonly PickedFile[]; readonly empty: readonly string[] };

/** A file of a folder, by its path from there. */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

/** Files of a folder: more than this is too much for one message's index. */
export const MOST_FILES = 100_000;

/** What an `<input type="file">` has, `webkitdirectory` or not. */
export function picksOfInput(files: Iterable<File>): Picked[] {
  const picks: Picked[] = [];
  const folders = new Map<string, PickedFile[]>();
  for (const file of files) {
    const [folder = '', ...rest] = (file.webkitRelativePath ?? '').split('/');
    if (rest.length === 0) picks.push({ kind: 'file', file });
    else folders.set(folder, [...(folders.get(folder) ?? []), { path: rest.join('/'), file }]);
  }
  for (const [name, inside] of folders) picks.push(folderOf(name, inside, []));
  return picks;
}

/**
 * What was dropped or pasted. Has to be called in the event's own turn, after which the browser forgets what came with it.
 * Rejects with `source_unreadable`, `folder_too_large`.
 */
export function picksOfTransfer(data: DataTransfer): Promise<Picked[]> {
  const found = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  return Promise.all(found.map(({ entry, file }) => pick(entry, file))).then((picks) => picks.flat());
}

async function pick(entry: FileSystemEntry | null, file: File | null): Promise<Picked[]> {
  if (entry?.isDirectory) return [await walk(entry as FileSystemDirectoryEntry)];
  return file ? [{ kind: 'file', file }] : [];
}

async function walk(root: FileSystemDirectoryEntry): Promise<Picked> {
  const files: PickedFile[] = [];
  const empty: string[] = [];
  const waiting: { folder: FileSystemDirectoryEntry; path: string }[] = [{ folder: root, path: '' }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { folder, path } = next;
    const entries = await listFolder(folder);
    if (entries.length === 0 && path !== '') empty.push(path);
    for (const entry of entries) {
      if (entry.isDirectory) waiting.push({ folder: entry as FileSystemDirectoryEntry, path: `${path}${entry.name}/` });
      else if (entry.isFile) files.push({ path: `${path}${entry.name}`, file: await fileOf(entry as FileSystemFileEntry) });
      if (files.length + waiting.length > MOST_FILES) throw new CodedError('folder_too_large', { max: MOST_FILES });
    }
  }
  return folderOf(root.name, files, empty);
}

function folderOf(name: string, files: PickedFile[], empty: string[]): Picked {
  if (files.length + empty.length > MOST_FILES) throw new CodedError('folder_too_large', { max: MOST_FILES });
  return { kind: 'folder', name, files, empty };
}

/** Browsers give a folder's entries a hundred at a time. */
async function listFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).catch(unreadable);
    if (some.length === 0) return entries;
    entries.push(...some);
    if (entries.length > MOST_FILES) throw new CodedError('folder_too_large', { max: MOST_FILES });
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(unreadable);

function unreadable(error: unknown): never {
  throw new CodedError('source_unreadable', { because: String(error) });
}
