import { CodedError } from '../../../protocol/index.ts';
import type { FileSink } from '../../files/ports.ts';
import type { Export } from './storage-sink.ts';

/** For small files in browsers that let a page write nowhere: what came is held until it is whole. */
export function createMemorySink(name: string, give: Export): FileSink {
  let pieces: Uint8Array[] = [];
  let size = 0;
  return {
    place: null,
    seekable: true,
    async begin(offset) {
      if (offset > size) throw new CodedError('target_gone');
      const kept = await new Blob(pieces as BlobPart[]).slice(0, offset).arrayBuffer();
      [pieces, size] = [[new Uint8Array(kept)], offset];
    },
    async write(bytes) {
      // Copied: whoever opened the bytes may use their memory again.
      pieces.push(bytes.slice());
      size += bytes.length;
    },
    sync: async () => {},
    async finish() {
      give(new File(pieces as BlobPart[], name, { type: 'application/octet-stream' }), name);
      pieces = [];
      return name;
    },
    async abandon() {
      [pieces, size] = [[], 0];
    },
    close: async () => {},
  };
}
