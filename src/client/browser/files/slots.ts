import { CodedError } from '../../../protocol/index.ts';

/** So many at a time; the others wait in the order in which they came. */
export interface Slots {
  /** @returns what gives the place back. Rejects with CodedError `cut` where `signal` aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  function release(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
  }

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new CodedError('cut'));
        if (free > 0) {
          free -= 1;
          return resolve(release());
        }
        const go = () => {
          signal.removeEventListener('abort', give);
          resolve(release());
        };
        const give = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(new CodedError('cut'));
        };
        signal.addEventListener('abort', give, { once: true });
        waiting.push(go);
      }),
  };
}
