/**
 * A signal that aborts with `signal`, or after so many ms: browsers of the last years have no AbortSignal.any.
 * `touch` begins the time anew, `hold` stops it until then; `end` has to be called.
 */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The time was over; false where the caller's own signal aborted. */
  readonly over: boolean;
  touch(): void;
  hold(): void;
  end(): void;
}

export function startDeadline(signal: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let over = false;
  const expire = () => {
    over = true;
    abort();
  };
  let timer = setTimeout(expire, ms);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    get over() {
      return over;
    },
    touch() {
      clearTimeout(timer);
      timer = setTimeout(expire, ms);
    },
    hold: () => clearTimeout(timer),
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
