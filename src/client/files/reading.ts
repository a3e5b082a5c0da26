import { createFileOpener, type FileOpener, GroupError, SEALED_FILE, type SegmentAead } from '../../crypto/index.ts';
import { CodedError, fromHex } from '../../protocol/index.ts';
import type { FolderEntry } from '../api.ts';
import { decodeFolderIndex, FOLDER_LIMITS } from './folder-index.ts';
import type { FileItem, Library } from './library.ts';
import type { FileTransport } from './ports.ts';
import { segmentsOfRange } from './sealed-size.ts';
import { createSegmentCutter } from './segment-cutter.ts';

/** Opens parts of files without fetching the rest. */
export interface Reading {
  read(room: string, file: string, range: { offset: number; length: number }, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  index(room: string, file: string, signal?: AbortSignal): Promise<readonly FolderEntry[]>;
}

/** What was opened lately is kept: of so many files the keys, of so many folders the index. */
const OPENERS = 32;
const INDEXES = 8;

export function createReading({
  library,
  transport,
  aead,
}: {
  readonly library: Library;
  readonly transport: FileTransport;
  readonly aead?: SegmentAead;
}): Reading {
  const openers = createFew<Promise<FileOpener>>(OPENERS);
  const indexes = createFew<Promise<readonly FolderEntry[]>>(INDEXES);

  async function makeOpener(room: string, { file }: FileItem, signal: AbortSignal): Promise<FileOpener> {
    const header = new Uint8Array(SEALED_FILE.header);
    let filled = 0;
    for await (const piece of transport.fetch(room, file.id, 0, header.length, signal)) {
      if (piece.length > header.length - filled) throw new CodedError('file_damaged');
      header.set(piece, filled);
      filled += piece.length;
    }
    if (filled < header.length) throw new CodedError('file_damaged');
    return createFileOpener(fromHex(file.key) as Uint8Array, header, aead ? { aead } : {});
  }

  async function* open(
    room: string,
    item: FileItem,
    range: { offset: number; length: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { id, size } = item.file;
    const place = segmentsOfRange(size, range);
    if (!place) return;
    const opener = await openers.get(`${room}/${id}/${item.id}`, () => makeOpener(room, item, signal));
    const cutter = createSegmentCutter(size, place.first, false, place.to);
    const target = new Uint8Array(Math.min(size, SEALED_FILE.plain));
    let { skip, length } = place;
    for await (const piece of transport.fetch(room, id, place.from, place.to, signal)) {
      for (const cut of cutter.push(piece)) {
        if (cut.kind === 'header') continue;
        const plain = await opener.open(cut.position, cut.bytes, cut.last, target);
        // Whoever asked may keep it, and this memory is used again.
        const wanted = plain.slice(skip, skip + length);
        skip = 0;
        length -= wanted.length;
        yield wanted;
      }
      signal.throwIfAborted();
    }
    if (length > 0) throw new CodedError('file_damaged');
  }

  async function* translated(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      if (error instanceof GroupError) throw new CodedError('file_damaged', { reason: error.reason });
      if (error instanceof CodedError && error.code === 'unknown_file') throw new CodedError('file_gone');
      throw error;
    }
  }

  async function readIndex(room: string, item: FileItem, length: number, signal: AbortSignal): Promise<readonly FolderEntry[]> {
    if (length > FOLDER_LIMITS.indexBytes || length > item.file.size) throw new CodedError('folder_damaged');
    const bytes = new Uint8Array(length);
    let filled = 0;
    for await (const piece of translated(open(room, item, { offset: 0, length }, signal))) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return decodeFolderIndex(bytes, item.file.size);
  }

  return {
    async *read(room, file, range, signal = new AbortController().signal) {
      const { item } = await library.find(room, file);
      yield* translated(open(room, item, range, signal));
    },
    async index(room, file, signal = new AbortController().signal) {
      const { item, entry } = await library.find(room, file);
      const { index } = entry;
      if (index === null) throw new CodedError('not_a_folder', { name: item.file.name });
      return indexes.get(`${room}/${item.file.id}/${item.id}`, () => readIndex(room, item, index, signal));
    },
  };
}

/** The newest few of what is dear to make; what failed is made again. */
function createFew<T extends Promise<unknown>>(most: number): { get(key: string, make: () => T): T } {
  const kept = new Map<string, T>();
  return {
    get(key, make) {
      const known = kept.get(key);
      if (known) return known;
      const made = make();
      kept.set(key, made);
      made.catch(() => kept.get(key) === made && kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
      return made;
    },
  };
}
