import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';
import type { FileSink } from '../../files/ports.ts';
import { BEGINNING, createFolderSplitter } from './folder-splitter.ts';
import { createHandleSink, translateTarget } from './handle-sink.ts';

/** Folders of one name that are tried before it is given up. */
const MOST_CLASHES = 1_000;

/**
 * A folder, below one that somebody chose (`showDirectoryPicker`). A page cannot rename a folder: it has its name from the beginning, and
 * each file gets its own when it is whole.
 */
export function createFolderSink(parent: FileSystemDirectoryHandle, name: string, entries: readonly FolderEntry[]): FileSink {
  let root: FileSystemDirectoryHandle | undefined;
  let open: FileSink | undefined;

  const splitter = createFolderSplitter(entries, {
    async open({ path }) {
      const parts = path.split('/');
      const last = parts.pop() as string;
      let folder = root as FileSystemDirectoryHandle;
      for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
      if (last === '') return;
      open = createHandleSink(await folder.getFileHandle(last, { create: true }));
      await open.begin(0);
    },
    write: async (piece) => open?.write(piece),
    async close() {
      await open?.finish();
      open = undefined;
    },
  });

  async function drop(): Promise<void> {
    await open?.abandon();
    open = undefined;
    splitter.restore(BEGINNING);
  }

  return {
    place: null,
    seekable: true,
    async begin(offset) {
      if (root && offset === splitter.state.at) return;
      if (offset !== 0) throw new CodedError('target_gone');
      await drop();
      root ??= await translateTarget(() => makeFolder(parent, name));
    },
    write: (bytes) => translateTarget(() => splitter.write(bytes)),
    sync: async () => {},
    async finish() {
      await translateTarget(() => splitter.end());
      return root?.name ?? name;
    },
    async abandon() {
      await drop();
      if (root) await parent.removeEntry(root.name, { recursive: true }).catch(() => {});
      root = undefined;
    },
    close: async () => {},
  };
}

/** `name`, or `name (2)` where that is taken by anything. */
async function makeFolder(parent: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
  for (let count = 1; count < MOST_CLASHES; count++) {
    const tried = count === 1 ? name : `${name} (${count})`;
    if (!(await isThere(parent, tried))) return parent.getDirectoryHandle(tried, { create: true });
  }
  throw new CodedError('target_not_writable', { path: name });
}

async function isThere(parent: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await parent.getDirectoryHandle(name);
    return true;
  } catch (error) {
    return (error as DOMException).name === 'TypeMismatchError';
  }
}
