/** How often pictures are drawn: as often as the way to the terminal bears, and never so often that typing waits for them. */
export interface PicturePace {
  /** Some were written: so many bytes, which took so many ms to get rid of. */
  wrote(bytes: number, took: number): void;
  /** When the next may be drawn, ms of the same clock as `now`. */
  readonly next: number;
}

/** 15 a second: what cameras of a call are encoded at. */
const LEAST_GAP = 66;
/** Slower than this it is no longer a moving picture, and still says who is there. */
const MOST_GAP = 3_000;
/** Pictures have a quarter of the time: while a write to a terminal lasts, nothing else happens here. */
const SHARE = 4;
/** Bytes a second: through a network they share the line with what is typed. */
const BYTES_NEAR = 4_000_000;
const BYTES_FAR = 600_000;

export function createPicturePace(isFar: boolean, now: () => number = () => performance.now()): PicturePace {
  const bytesPerMs = (isFar ? BYTES_FAR : BYTES_NEAR) / 1000;
  let next = 0;
  return {
    wrote(bytes, took) {
      next = now() + Math.min(MOST_GAP, Math.max(LEAST_GAP, took * SHARE, bytes / bytesPerMs));
    },
    get next() {
      return next;
    },
  };
}
