/**
 * How long even the fastest packets wait lately. A network that is merely unsteady has fast ones among the slow at all times; a queue lets none pass. It
 * is what tells the one from the other, which a gradient alone does not.
 */
export interface StandingQueue {
  /** @param delay arrival less sending, on clocks that need not agree, @param now of sending; both in ms */
  add(delay: number, now: number): void;
  /** ms more than the shortest there was. */
  readonly length: number;
}

/**
 * "Lately", and how long what was the shortest is believed: clocks run apart, and ways change. ms. Of the sixty packets a second of a small call some
 * have to be fast ones: on a way that shakes by 50 ms, a quarter of a second held none now and then, and pictures were withheld for it.
 */
const [LATELY, BELIEVED] = [500, 20_000];
const PIECES = 10;

export function createStandingQueue(): StandingQueue {
  const lately = createLeast(LATELY);
  const believed = createLeast(BELIEVED);
  return {
    add(delay, now) {
      lately.add(delay, now);
      believed.add(delay, now);
    },
    get length() {
      const length = lately.value - believed.value;
      return Number.isFinite(length) ? length : 0;
    },
  };
}

/** The least of what was there in a span, to a tenth of it. */
function createLeast(span: number) {
  const pieces = new Float64Array(PIECES).fill(Infinity);
  const width = span / PIECES;
  let latest = -Infinity;
  return {
    add(value: number, now: number): void {
      const piece = Math.floor(now / width);
      for (let i = Math.min(PIECES, piece - latest); i > 0; i--) pieces[(piece - i + 1) % PIECES] = Infinity;
      latest = Math.max(latest, piece);
      pieces[latest % PIECES] = Math.min(pieces[latest % PIECES] as number, value);
    },
    get value() {
      return Math.min(...pieces);
    },
  };
}
