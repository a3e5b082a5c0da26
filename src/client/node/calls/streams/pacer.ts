/** Spreads the packets of a picture over a little time: a key frame at once overflows somebody's buffer. */
export interface Pacer {
  /** @returns false where so much waits that this frame is not taken: the next has to be a key frame */
  add(packets: readonly (() => void)[], bytes: number): boolean;
  clear(): void;
}

/** ms; and what may be sent in each turn, in bytes: 2.4 Mbit/s, ten times what a small picture takes. */
const TURN = 5;
const BYTES_A_TURN = 1_500;
/** Turns that are made up for where they come late, as on a machine that has much to do: else it would send less than the picture takes. */
const MOST_TURNS = 4;
/** What may wait: half a second. */
const MOST_BYTES = 150_000;

export function createPacer(): Pacer {
  const waiting: { readonly send: () => void; readonly bytes: number }[] = [];
  let bytesWaiting = 0;
  let credit = 0;
  let last = 0;
  let timer: NodeJS.Timeout | undefined;

  function run(): void {
    const now = performance.now();
    const turns = Math.min(MOST_TURNS, Math.max(1, (now - last) / TURN));
    last = now;
    credit = Math.min(credit + turns * BYTES_A_TURN, Math.max(2, turns) * BYTES_A_TURN);
    while (credit > 0) {
      const next = waiting.shift();
      if (next === undefined) break;
      credit -= next.bytes;
      bytesWaiting -= next.bytes;
      next.send();
    }
    if (waiting.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(packets, bytes) {
      if (bytesWaiting > 0 && bytesWaiting + bytes > MOST_BYTES) return false;
      for (const send of packets) waiting.push({ send, bytes: bytes / packets.length });
      bytesWaiting += bytes;
      if (timer === undefined) {
        timer = setInterval(run, TURN);
        timer.unref();
        last = performance.now();
        run();
      }
      return true;
    },
    clear() {
      waiting.length = 0;
      bytesWaiting = 0;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
