import type { IncomingMessage } from 'node:http';
import type { FileLimits } from '../file-limits.ts';

/**
 * Takes what is left of a request that was answered early. Who is still sending would otherwise find its connection gone before it reads why; the
 * connection serves again afterwards. Within bounds: past them it ends.
 */
export function drain(request: IncomingMessage, { drain: most, drainTime }: Pick<FileLimits, 'drain' | 'drainTime'>): void {
  if (request.complete || request.destroyed) return;
  let left = most;
  const timer = setTimeout(() => request.destroy(), drainTime);
  timer.unref();
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
