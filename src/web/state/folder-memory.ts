/** Which uploads are folders: after a reload the page has to ask for one or the other, and the engine does not say. */
export interface FolderMemory {
  add(transfer: string): void;
  has(transfer: string): boolean;
}

const NAME = 'corrillo-folder-transfers';
const MOST = 64;

export function createFolderMemory(storage: Pick<Storage, 'getItem' | 'setItem'>): FolderMemory {
  const read = (): string[] => (storage.getItem(NAME) ?? '').split(' ').filter((id) => id !== '');
  return {
    add: (transfer) => storage.setItem(NAME, [...read(), transfer].slice(-MOST).join(' ')),
    has: (transfer) => read().includes(transfer),
  };
}
