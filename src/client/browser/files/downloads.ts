import type { PrivateStorage } from './storage.ts';
import type { Export } from './storage-sink.ts';

/** ms that a browser has to begin with a download, and bytes a second that it then copies at least. */
const BEGIN_TIME = 60_000;
const COPY_RATE = 10_000_000;
/** ms after which what was given away, and what nobody went on with, is removed when the page starts. */
const GIVEN_AGE = 60 * 60_000;
const FORGOTTEN_AGE = 30 * 24 * 60 * 60_000;

const GIVEN = 'corrillo-given-files';

/** Hands a file over by the browser's own download. The browser goes on reading it after the click, and never says when it is through. */
export function downloadFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.rel = 'noopener';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), copyTime(file.size));
}

/** Downloads files of the private storage, and removes them when the browser should have its copy. */
export function createExport(
  storage: PrivateStorage,
  memory: Pick<Storage, 'getItem' | 'setItem'>,
  download: Export = downloadFile,
): (key: string) => Export {
  return (key) => (file, name) => {
    download(file, name);
    remember(memory, [...recall(memory), key]);
    setTimeout(() => void storage.remove(key).catch(() => {}), copyTime(file.size));
  };
}

/** It was handed over, though a page may not have had the time to say so. */
export function wasGiven(memory: Pick<Storage, 'getItem'>, key: string): boolean {
  return recall(memory).includes(key);
}

/** Removes what an earlier page had no time to, and what was begun and never gone on with. */
export async function sweepStorage(storage: PrivateStorage, memory: Pick<Storage, 'getItem' | 'setItem'>, now: number): Promise<void> {
  const given = recall(memory);
  const found = await storage.list();
  const old = found.filter(({ name, modified }) => now - modified > (given.includes(name) ? GIVEN_AGE : FORGOTTEN_AGE));
  for (const { name } of old) await storage.remove(name);
  const left = found.filter((file) => !old.includes(file)).map(({ name }) => name);
  remember(
    memory,
    given.filter((key) => left.includes(key)),
  );
}

const copyTime = (size: number): number => BEGIN_TIME + (size / COPY_RATE) * 1000;

function recall(memory: Pick<Storage, 'getItem'>): string[] {
  try {
    const keys: unknown = JSON.parse(memory.getItem(GIVEN) ?? '[]');
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}

function remember(memory: Pick<Storage, 'setItem'>, keys: readonly string[]): void {
  try {
    memory.setItem(GIVEN, JSON.stringify(keys));
  } catch {
    // Full or forbidden: the sweep by age is left.
  }
}
