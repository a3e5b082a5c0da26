import { CodedError } from '../../../protocol/index.ts';
import { calledOff } from './called-off.ts';

/** What comes on a connection, until somebody takes it: in a few pieces of memory that are used again. */
export interface Inflow {
  /** Copies `bytes`. @returns whether more may come before `next` was called again */
  put(bytes: Uint8Array): boolean;
  /** Nothing more comes. */
  end(): void;
  /**
   * What has come since, and null at the end. The memory of the one before is used again.
   * Rejects with CodedError `timeout` where nothing comes for too long, and with what `signal` was aborted with.
   */
  next(signal: AbortSignal): Promise<Uint8Array | null>;
}

/** Bytes that are given out at once, at most. */
const PIECE = 512 * 1024;
/** Full pieces that wait; then nothing more may come. */
const WAITING = 2;
/** Silence that is borne while somebody waits, ms. */
const SILENCE = 30_000;

export function createInflow(): Inflow {
  const spare: Uint8Array[] = [];
  const full: Uint8Array[] = [];
  let filling: Uint8Array | null = null;
  let filled = 0;
  let given: Uint8Array | null = null;
  let ended = false;
  let wake: (() => void) | null = null;

  /** At the end of this turn of the event loop: what comes in many small pieces is given out as one. */
  function wakeSoon(): void {
    const waiting = wake;
    setImmediate(() => waiting === wake && waiting?.());
  }

  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        wake = null;
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const timer = setTimeout(() => finish(() => reject(new CodedError('timeout'))), SILENCE);
      const abort = (): void => finish(() => reject(calledOff(signal)));
      signal.addEventListener('abort', abort);
      wake = () => finish(resolve);
      if (filling) wakeSoon();
    });
  }

  function give(memory: Uint8Array, length: number): Uint8Array {
    given = memory;
    return memory.subarray(0, length);
  }

  return {
    put(bytes) {
      for (let rest = bytes; rest.length > 0;) {
        filling ??= spare.pop() ?? new Uint8Array(PIECE);
        const some = rest.subarray(0, PIECE - filled);
        filling.set(some, filled);
        filled += some.length;
        rest = rest.subarray(some.length);
        if (filled < PIECE) break;
        full.push(filling);
        filling = null;
        filled = 0;
      }
      if (full.length > 0) wake?.();
      else wakeSoon();
      return full.length < WAITING;
    },
    end() {
      ended = true;
      wake?.();
    },
    async next(signal) {
      if (given) spare.push(given);
      given = null;
      for (let waited = false; ; waited = true) {
        if (signal.aborted) throw calledOff(signal);
        const whole = full.shift();
        if (whole) return give(whole, PIECE);
        if (filling && (waited || ended)) {
          const [memory, length] = [filling, filled];
          filling = null;
          filled = 0;
          return give(memory, length);
        }
        if (ended) return null;
        await wait(signal);
      }
    },
  };
}
