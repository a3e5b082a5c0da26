/** Work that waits is done one after the other. */
export interface InTurn<T> {
  /** @returns false where so much waits that this was not taken */
  add(work: T): boolean;
  clear(): void;
}

export function createInTurn<T>(most: number, run: (work: T) => Promise<void>): InTurn<T> {
  const waiting: T[] = [];
  let running = false;
  async function go(): Promise<void> {
    running = true;
    while (waiting.length > 0) await run(waiting.shift() as T);
    running = false;
  }
  return {
    add(work) {
      if (waiting.length >= most) return false;
      waiting.push(work);
      if (!running) void go();
      return true;
    },
    clear: () => void waiting.splice(0),
  };
}
