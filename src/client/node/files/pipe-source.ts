import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CodedError } from '../../../protocol/index.ts';
import type { FileSource } from '../../files/ports.ts';
import { mediaTypeOf } from './media-type.ts';

/** What comes through a pipe, as a file of this name: once, in order, and of a length that nobody knows before its end. */
export function createPipeSource(stream: Readable, name: string): FileSource {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  let ended = false;
  let at = 0;
  /** A chunk that was asked for and waited for in vain, by one who was called off. */
  let asked: Promise<IteratorResult<Buffer>> | undefined;

  async function next(signal: AbortSignal): Promise<void> {
    asked ??= chunks.next();
    const { value, done } = await unlessAborted(asked, signal);
    asked = undefined;
    if (done === true) ended = true;
    else rest = value;
  }

  return {
    place: null,
    name,
    type: mediaTypeOf(name),
    size: null,
    folder: null,
    stamp: randomUUID(),
    async read(offset, length, signal) {
      if (offset !== at) throw new CodedError('source_gone');
      const bytes = Buffer.allocUnsafeSlow(length);
      let filled = 0;
      try {
        while (filled < length && !ended) {
          if (rest.length === 0) await next(signal);
          const part = rest.subarray(0, length - filled);
          bytes.set(part, filled);
          rest = rest.subarray(part.length);
          filled += part.length;
        }
      } catch (error) {
        // What was taken is given again to whoever asks for it.
        rest = Buffer.concat([bytes.subarray(0, filled), rest]);
        if (signal.aborted || error instanceof CodedError) throw error;
        throw new CodedError('source_unreadable', { because: (error as NodeJS.ErrnoException).code ?? '' });
      }
      at += filled;
      return bytes.subarray(0, filled);
    },
    check: async () => {},
    close: async () => void stream.destroy(),
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
