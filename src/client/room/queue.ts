/** Runs steps one after the other: a room has one writer. */
export interface SerialQueue {
  run<T>(step: () => Promise<T>): Promise<T>;
  /** Resolves when everything queued so far is done. */
  idle(): Promise<void>;
}

export function createSerialQueue(): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(step) {
      const result = tail.then(step);
      // A failed step must not stop those behind it; its caller has the rejection.
      tail = result.catch(() => {});
      return result;
    },
    async idle() {
      let seen: unknown;
      while (seen !== tail) {
        seen = tail;
        await seen;
      }
    },
  };
}
