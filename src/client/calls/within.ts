import { CodedError } from '../../protocol/index.ts';
import type { Clock } from '../ports.ts';

interface Bounds<T> {
  readonly clock: Clock;
  readonly ms: number;
  /** Code of the CodedError that it rejects with when the time is over. */
  readonly code: string;
  readonly signal: AbortSignal;
  /** What came when nobody waited for it any more. */
  readonly onLate?: (value: T) => void;
}

/** What comes first: the work's end, that of its time, or the signal, whose reason it rejects with. */
export function within<T>(work: Promise<T>, { clock, ms, code, signal, onLate }: Bounds<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let waits = true;
    const end = (settle: () => void) => {
      if (!waits) return;
      waits = false;
      cancel();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => end(() => reject(signal.reason as Error));
    const cancel = clock.after(ms, () => end(() => reject(new CodedError(code))));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    work.then(
      (value) => (waits ? end(() => resolve(value)) : onLate?.(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
