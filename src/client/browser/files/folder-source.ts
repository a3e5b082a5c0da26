import { giveBack } from '../../../crypto/index.ts';
import { toHex } from '../../../protocol/index.ts';
import { encodeFolderIndex } from '../../files/folder-index.ts';
import type { FileSource } from '../../files/ports.ts';
import { checkFile, readSlice } from './file-source.ts';
import type { PickedFile } from './picks.ts';
import { givingBack } from './read-memory.ts';

/**
 * A folder that somebody chose or dropped, as one file: its index, and the contents end to end. Files are opened as they are read, so that
 * thousands of them cost nothing before. @throws CodedError `folder_too_large`
 */
export async function createFolderSource(name: string, picked: readonly PickedFile[], empty: readonly string[]): Promise<FileSource> {
  const { bytes, files, size } = encodeFolderIndex([
    ...picked.map(({ path, file }) => ({ path, size: file.size, modified: file.lastModified, file })),
    ...empty.map((path) => ({ path, size: 0, modified: 0, file: undefined })),
  ]);
  /** What was read since it was checked last. */
  const touched = new Set<File>();

  /** The first file that ends behind `offset`. */
  function findAt(offset: number): number {
    let [low, high] = [0, files.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { offset: begin, size: length } = files[middle] as (typeof files)[number];
      if (begin + length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async function read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array> {
    const end = Math.min(offset + length, size);
    const target = new Uint8Array(Math.max(end - offset, 0));
    if (offset < bytes.length) target.set(bytes.subarray(offset, end));
    for (let i = findAt(Math.max(offset, bytes.length)); i < files.length; i++) {
      const { file, offset: begin, size: own } = files[i] as (typeof files)[number];
      if (begin >= end) break;
      if (!file || own === 0) continue;
      touched.add(file);
      const from = Math.max(offset, begin);
      const bytes = await readSlice(file, from - begin, Math.min(end, begin + own) - begin, signal);
      target.set(bytes, from - offset);
      giveBack(bytes);
    }
    return target;
  }

  return {
    place: null,
    name,
    type: '',
    size,
    folder: { files: files.length, index: bytes.length },
    // Paths, sizes and times of all files stand in the index.
    stamp: toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))),
    read: givingBack(read),
    async check() {
      for (const file of touched) await checkFile(file);
      touched.clear();
    },
    close: async () => touched.clear(),
  };
}
