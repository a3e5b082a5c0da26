import type { ServerResponse } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';
import { type Clock, passedSince } from '../../clock.ts';
import type { BlobReader } from '../blob-store.ts';
import type { FileLimits } from '../file-limits.ts';
import type { BufferPool } from './buffer-pool.ts';

export interface Sending {
  readonly reader: BlobReader;
  readonly response: ServerResponse;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly limits: FileLimits;
  /** Bytes read at once. */
  readonly piece: number;
}

/**
 * Sends bytes `from` to `to` (exclusive): while one piece leaves, the next is read, and no more than these two are held.
 * Rejects with `too_slow`, `cut`, and what the reader rejects with; the answer has begun by then, and has to be cut off.
 */
export async function send({ reader, response, pool, clock, limits, piece }: Sending, from: number, to: number): Promise<void> {
  let leaving: Promise<void> | undefined;
  for (let position = from; position < to;) {
    const size = Math.min(piece, to - position);
    const buffer = pool.take(piece);
    const filled = await reader.read(buffer.subarray(0, size), position).catch((error: unknown) => {
      pool.give(buffer);
      throw error;
    });
    if (filled !== size) throw new CodedError('storage_failed', { because: 'a blob is shorter than the index says' });
    await leaving;
    leaving = write(response, buffer.subarray(0, size), clock, limits).then(() => pool.give(buffer));
    // It is waited for in the next round or at the end.
    leaving.catch(() => {});
    position += size;
  }
  await leaving;
}

/** Resolves when the system has taken all of it; a buffer that may still be read is not used again. */
function write(response: ServerResponse, bytes: Buffer, clock: Clock, limits: FileLimits): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not the answer's own: it has none while an earlier one on its connection is still leaving.
    const { socket } = response.req;
    if (response.destroyed || socket.destroyed) return reject(new CodedError('cut'));
    let taken = socket.bytesWritten - socket.writableLength;
    let heard = clock.now();
    let cancel = clock.after(limits.stall, watch);
    function watch(): void {
      const now = socket.bytesWritten - socket.writableLength;
      if (now !== taken) heard = clock.now();
      taken = now;
      const idle = passedSince(heard, clock);
      if (idle >= limits.stall) return settle(new CodedError('too_slow'));
      cancel = clock.after(limits.stall - idle, watch);
    }
    const close = (): void => settle(new CodedError('cut'));
    function settle(error?: Error | null): void {
      cancel();
      response.off('close', close);
      if (error) reject(error);
      else resolve();
    }
    response.once('close', close);
    response.write(bytes, settle);
  });
}
