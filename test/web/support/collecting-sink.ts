import { CodedError } from '../../../src/protocol/index.ts';
import type { FileSink } from '../../../src/client/files/ports.ts';

export interface CollectingSink extends FileSink {
  bytes(): Buffer;
  readonly calls: string[];
}

/** A sink that keeps what it was given. */
export function createCollectingSink(): CollectingSink {
  let kept = Buffer.alloc(0);
  const calls: string[] = [];
  return {
    place: null,
    seekable: true,
    calls,
    bytes: () => kept,
    async begin(offset) {
      calls.push(`begin ${offset}`);
      if (offset > kept.length) throw new CodedError('target_gone');
      kept = kept.subarray(0, offset);
    },
    async write(bytes) {
      kept = Buffer.concat([kept, bytes]);
    },
    sync: async () => void calls.push('sync'),
    async finish() {
      calls.push('finish');
      return 'kept';
    },
    async abandon() {
      calls.push('abandon');
      kept = Buffer.alloc(0);
    },
    close: async () => void calls.push('close'),
  };
}
