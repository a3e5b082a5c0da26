/** Gives bulk a little of each turn of the event loop, so that what else happens in it, the chat, waits for a little at most. */
export interface Turns {
  /** Runs `go` once so many bytes may pass. */
  wait(bytes: number, go: () => void): void;
}

/** Bytes that pass in one turn: some ten microseconds of copying and sealing. All transfers share them, however many there are. */
const A_TURN = 64 * 1024;

export function createTurns(turn: (run: () => void) => void = setImmediate): Turns {
  const waiting: Array<{ readonly bytes: number; readonly go: () => void }> = [];
  let scheduled = false;

  function run(): void {
    let left = A_TURN;
    // At least one, be it as large as it may.
    do {
      const next = waiting.shift();
      if (!next) break;
      left -= next.bytes;
      next.go();
    } while (left > 0);
    scheduled = waiting.length > 0;
    if (scheduled) turn(run);
  }

  return {
    wait(bytes, go) {
      waiting.push({ bytes, go });
      if (scheduled) return;
      scheduled = true;
      turn(run);
    },
  };
}
