import type { Writable } from 'node:stream';
import type { FileSink } from '../../files/ports.ts';
import { targetFault } from './disk-faults.ts';

/** Bytes into a pipe, as they are opened. What was wrong at the end can only be said: the pipe takes nothing back. */
export function createPipeSink(stream: Writable, name: string): FileSink {
  let fault: Error | undefined;
  // Whoever read it may go in between two writes; then the next one is told.
  stream.on('error', (error) => (fault ??= error));

  function write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (fault) return reject(targetFault(fault, name));
      stream.write(bytes, (error) => (error ? reject(targetFault(error, name)) : resolve()));
    });
  }

  return {
    place: null,
    seekable: false,
    begin: async () => {},
    write,
    sync: async () => {},
    finish: async () => name,
    abandon: async () => {},
    close: async () => {},
  };
}
