import type {
  ClientEvent,
  FilePreview,
  Files,
  FileSink,
  FileSource,
  FolderEntry,
  SharedFile,
  TimelineItem,
  Transfer,
} from '../../client/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { FakeRoom } from './fake-room.ts';

type FileItem = TimelineItem & { readonly kind: 'file' };

export interface FakeFile extends Partial<Omit<SharedFile, 'id'>> {
  /** Who sent it; absent: this device. */
  readonly by?: string;
  readonly at?: number;
  /** What is in it. */
  readonly bytes?: Uint8Array;
  readonly entries?: readonly FolderEntry[];
}

/** What a test makes of the files of a fake client. */
export interface FakeFiles extends Files {
  /** How far a transfer is; `done` of all, unless said otherwise. */
  move(transfer: string, change: Partial<Transfer>): void;
  /** One that was there when the page was opened. */
  add(transfer: Partial<Transfer>): string;
  /** One that ended while an earlier page could not say so any more. */
  addEnded(transfer: Partial<Transfer>): void;
  /** Reading it fails from now on. */
  breakFile(file: string, code: string): void;
}

interface FakeFilesPorts {
  readonly get: (room: string) => FakeRoom;
  readonly deviceOf: (name: string) => string;
  readonly emit: (event: ClientEvent) => void;
  readonly called: (method: string, ...values: unknown[]) => void;
}

interface Contents {
  readonly bytes: Uint8Array;
  readonly entries: readonly FolderEntry[];
}

export function createFakeFiles({
  get,
  emit,
  called,
  deviceOf,
}: FakeFilesPorts): FakeFiles & { share(room: string, file: FakeFile): string } {
  const transfersById = new Map<string, Transfer>();
  const sinksById = new Map<string, FileSink>();
  const sourcesById = new Map<string, { source: FileSource; preview: FilePreview | null }>();
  const contentsByFile = new Map<string, Contents>();
  const broken = new Map<string, string>();
  let ids = 0;

  const idOf = () => (ids++).toString(16).padStart(4, '0').repeat(8);
  const itemsOf = (room: string) => get(room).items.filter((item): item is FileItem => item.kind === 'file');

  function find(room: string, file: string): FileItem {
    const item = itemsOf(room).find((one) => one.file.id === file);
    if (!item) throw new CodedError('no_such_file');
    return item;
  }

  function put(transfer: Transfer): void {
    if (['done', 'failed', 'cancelled'].includes(transfer.state)) transfersById.delete(transfer.id);
    else transfersById.set(transfer.id, transfer);
    emit({ event: 'transfer', transfer });
  }

  type About = Pick<Transfer, 'room' | 'direction' | 'name' | 'file' | 'total'>;
  const NOTHING: About = { room: '', direction: 'up', name: 'file', file: null, total: null };

  function begin(about: About & Partial<Transfer>): string {
    const id = `t${ids++}`;
    put({ id, state: 'running', done: 0, began: 0, error: null, folder: false, place: null, path: null, ...about });
    return id;
  }

  function move(id: string, change: Partial<Transfer>): void {
    const known = transfersById.get(id);
    if (!known) throw new Error(`no transfer ${id}`);
    const next = { ...known, ...change };
    put(next.state === 'done' && next.total !== null ? { ...next, done: next.total } : next);
    const sent = sourcesById.get(id);
    if (next.state === 'done' && sent) announce(next, sent);
  }

  function announce({ room, name }: Transfer, { source, preview }: { source: FileSource; preview: FilePreview | null }): void {
    const { type, size, folder } = source;
    share(room, { name, type, size: size ?? 0, files: folder?.files ?? null, preview });
  }

  function share(room: string, { by, at, bytes = new Uint8Array(), entries = [], ...file }: FakeFile): string {
    const id = idOf();
    const who = by === undefined ? { own: true } : { device: deviceOf(by), from: by };
    const shared = { id, name: 'file', type: '', size: bytes.length, files: null, preview: null, key: '', hash: '', ...file };
    contentsByFile.set(id, { bytes, entries });
    get(room).append({ kind: 'file', id: `file-${id}`, file: shared, ...(at === undefined ? {} : { at }), ...who });
    return id;
  }

  const change = (id: string, state: Transfer['state']) => {
    called(`files.${state}`, id);
    move(id, { state });
  };

  return {
    share,
    move,
    add(transfer) {
      const id = begin({ ...NOTHING, ...transfer, state: 'running' });
      move(id, transfer);
      return id;
    },
    addEnded: (transfer) => void begin({ ...NOTHING, ...transfer }),
    breakFile: (file, code) => void broken.set(file, code),
    list: async (room) => itemsOf(room).toReversed(),
    find: async (room, file) => find(room, file),
    transfers: () => [...transfersById.values()],
    async upload(room, source, { preview = null } = {}) {
      called('files.upload', source.name, source.size, preview ? 'with a preview' : 'without');
      const id = begin({ room, direction: 'up', name: source.name, folder: source.folder !== null, file: null, total: source.size });
      sourcesById.set(id, { source, preview });
      return id;
    },
    async download(room, file, sink) {
      const item = find(room, file);
      called('files.download', item.file.name);
      const id = begin({ room, direction: 'down', name: item.file.name, folder: item.file.files !== null, file, total: item.file.size });
      sinksById.set(id, sink);
      return id;
    },
    pause: async (id) => change(id, 'paused'),
    resume: async (id) => change(id, 'running'),
    cancel: async (id) => change(id, 'cancelled'),
    async reopen(id, at) {
      called('files.reopen', id, 'name' in at ? at.name : 'target');
      move(id, { state: 'running' });
    },
    async *read(room, file, { offset, length }, signal) {
      find(room, file);
      called('files.read', offset, length);
      const code = broken.get(file);
      if (code !== undefined) throw new CodedError(code);
      signal?.throwIfAborted();
      yield (contentsByFile.get(file) as Contents).bytes.slice(offset, offset + length);
    },
    index: async (_room, file) => (contentsByFile.get(file) as Contents).entries,
    async delete(room, file) {
      called('files.delete', file);
      const item = find(room, file);
      const { items } = get(room);
      items[items.indexOf(item)] = { ...item, kind: 'deleted' } as TimelineItem;
      emit({ event: 'deleted', room, seq: item.seq, id: item.id });
    },
  };
}
