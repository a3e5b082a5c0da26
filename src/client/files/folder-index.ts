import { CodedError, encodeValue } from '../../protocol/index.ts';
import type { FolderEntry } from '../api.ts';
import { createPathGiver } from './names.ts';
import { createIndexReader } from './index-reader.ts';

/*
 * What a sealed folder begins with: strict CBOR, [[path, size, modified], …], sorted by path. The contents follow end to end, in that order.
 */

/** Bounds, each with its reason. */
export const FOLDER_LIMITS = {
  /** Files and empty folders: what a screen, a store and a disk still manage at once. */
  entries: 100_000,
  /** Of the index, which is read whole: 160 bytes a path where there are as many as may be. */
  indexBytes: 16 * 1024 * 1024,
  /** Folders that all paths make: deep paths are short to write and long to make. */
  folders: 200_000,
} as const;

/** A file to be sent: `path` from the folder's own, `/` between its parts, with one at the end an empty folder. */
export type FolderFile = Omit<FolderEntry, 'offset'>;

export interface EncodedFolder<T> {
  readonly bytes: Uint8Array;
  /** In the order in which their contents are to follow. */
  readonly files: readonly (T & { readonly offset: number })[];
  /** Bytes of plaintext in all, with the index. */
  readonly size: number;
}

/** @throws CodedError `folder_too_large` */
export function encodeFolderIndex<T extends FolderFile>(given: readonly T[]): EncodedFolder<T> {
  if (given.length > FOLDER_LIMITS.entries) throw new CodedError('folder_too_large', { max: FOLDER_LIMITS.entries });
  const sorted = given.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const paths = createPathGiver();
  for (const { path } of sorted) {
    paths.give(path);
    if (paths.folders() > FOLDER_LIMITS.folders) throw new CodedError('folder_too_large', { max: FOLDER_LIMITS.entries });
  }
  const bytes = encodeValue(sorted.map(({ path, size, modified }) => [path, size, Math.max(0, Math.trunc(modified))]));
  if (bytes.length > FOLDER_LIMITS.indexBytes) throw new CodedError('folder_too_large', { max: FOLDER_LIMITS.entries });
  let offset = bytes.length;
  const files = sorted.map((file) => {
    const placed = { ...file, offset };
    offset += file.size;
    return placed;
  });
  return { bytes, files, size: offset };
}

/**
 * Reads what a member wrote: paths come out harmless, and each of them once.
 *
 * @param bytes exactly the index @param size of the whole folder, as its message says it
 * @throws CodedError `folder_damaged`
 */
export function decodeFolderIndex(bytes: Uint8Array, size: number): readonly FolderEntry[] {
  if (bytes.length > FOLDER_LIMITS.indexBytes) throw damaged();
  // By hand: a general decoder would make objects of whatever is there before anybody could say that there are too many.
  const reader = createIndexReader(bytes);
  const count = reader.arrayOf();
  if (count > FOLDER_LIMITS.entries) throw damaged();
  const paths = createPathGiver();
  const entries: FolderEntry[] = [];
  let offset = bytes.length;
  for (let i = 0; i < count; i++) {
    if (reader.arrayOf() !== 3) throw damaged();
    const [raw, length, modified] = [reader.text(), reader.uint(), reader.uint()];
    if (raw.endsWith('/') && length > 0) throw damaged();
    entries.push({ path: paths.give(raw), size: length, modified, offset });
    offset += length;
    if (offset > size || paths.folders() > FOLDER_LIMITS.folders) throw damaged();
  }
  if (reader.position() !== bytes.length || offset !== size) throw damaged();
  return entries;
}

/**
 * How long the index is that `bytes` begin with, for whoever has no message that says it; undefined where more of them are needed.
 *
 * @throws CodedError `folder_damaged` where that is no index, however it goes on
 */
export function folderIndexLength(bytes: Uint8Array): number | undefined {
  const reader = createIndexReader(bytes);
  try {
    const count = reader.arrayOf();
    if (count > FOLDER_LIMITS.entries) throw damaged();
    for (let i = 0; i < count; i++) {
      if (reader.arrayOf() !== 3) throw damaged();
      reader.text();
      reader.uint();
      reader.uint();
    }
    return reader.position();
  } catch (error) {
    if (reader.ranOut()) return undefined;
    throw error;
  }
}

const damaged = () => new CodedError('folder_damaged');
