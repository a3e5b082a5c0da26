import { CodedError } from '../../protocol/index.ts';
import type { Blob, BlobStore } from '../blobs/blob-store.ts';

/** Blobs in memory: for tests and simulations. */
export function createMemoryBlobs(): BlobStore {
  const shelf = new Map<string, { blob: Blob; bytes: Uint8Array }>();

  function take(id: string): { blob: Blob; bytes: Uint8Array } {
    const found = shelf.get(id);
    if (!found) throw new CodedError('unknown_file');
    return found;
  }

  return {
    async *list() {
      for (const { blob } of shelf.values()) yield blob;
    },
    find: async (id) => shelf.get(id)?.blob,
    async create(blob) {
      shelf.set(blob.id, { blob, bytes: new Uint8Array() });
    },
    async append(id) {
      const { bytes } = take(id);
      const written: Uint8Array[] = [bytes];
      return {
        async write(pieces) {
          written.push(...pieces.map((piece) => piece.slice()));
        },
        flush() {},
        async commit(length, now) {
          const whole = Uint8Array.from(Buffer.concat(written));
          const blob = { ...take(id).blob, offset: whole.length, length, touched: now };
          shelf.set(id, { blob, bytes: whole });
          return blob;
        },
        async close() {},
      };
    },
    async read(id) {
      const { bytes } = take(id);
      return {
        async read(target, position) {
          const piece = bytes.subarray(position, position + target.length);
          target.set(piece);
          return piece.length;
        },
        async close() {},
      };
    },
    async keep(id) {
      const found = shelf.get(id);
      if (found) found.blob = { ...found.blob, kept: true };
    },
    async remove(id) {
      shelf.delete(id);
    },
  };
}
