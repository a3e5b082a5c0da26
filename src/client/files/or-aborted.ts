/** Whichever comes first, the answer or the signal: several may wait for one answer, and each of them may go. */
export function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void answer.then(resolve, reject).then(() => signal.removeEventListener('abort', stop));
  });
}
