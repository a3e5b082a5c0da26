import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';

/** Bytes that wait to be taken; past it the relay is not read on, below the second it is again. */
const MOST = 4 * 1024 * 1024;
const ENOUGH = 1024 * 1024;
/** Silence after which the relay is given up, while somebody waits for it, ms. */
const SILENCE = 30_000;

/**
 * The body of an answer as it comes. It is read on only as it is taken, and whoever stops taking ends the connection.
 * @throws CodedError `cut`, `timeout`, and what `signal` was aborted with
 */
export async function* piecesOf(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let queue: Buffer[] = [];
  let queued = 0;
  let ended = false;
  let wake: () => void = () => {};
  const abort = () => answer.destroy();
  answer.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    queued += chunk.length;
    if (queued >= MOST) answer.pause();
    wake();
  });
  answer.on('error', () => {});
  answer.once('close', () => {
    ended = true;
    wake();
  });
  answer.once('end', () => {
    ended = true;
    wake();
  });
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      if (signal.aborted) throw signal.reason instanceof CodedError ? signal.reason : new CodedError('offline');
      const taken = queue;
      queue = [];
      for (const piece of taken) {
        queued -= piece.length;
        yield piece;
        if (queued <= ENOUGH && answer.isPaused()) answer.resume();
      }
      if (queue.length > 0 || signal.aborted) continue;
      if (ended) break;
      if (answer.isPaused()) answer.resume();
      await soon((resolve) => (wake = resolve), answer);
    }
    if (!answer.complete) throw new CodedError('cut');
  } finally {
    signal.removeEventListener('abort', abort);
    // Also where all has come and not all was taken: nobody reads the rest.
    if (!ended) answer.destroy();
  }
}

function soon(listen: (resolve: () => void) => void, answer: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      answer.destroy();
      reject(new CodedError('timeout'));
    }, SILENCE);
    listen(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
