import { type Clock, passedSince } from './clock.ts';

/** A bucket of `perSecond` frames that refills all the time. */
export interface FrameRate {
  /** Takes some, one where nobody says how many. @returns milliseconds until the bucket is filled again; 0 while it is not empty. */
  take(frames?: number): number;
}

export function createFrameRate(clock: Clock, perSecond: number): FrameRate {
  let left = perSecond;
  let at = clock.now();
  return {
    take(frames = 1) {
      if (left > frames) {
        left -= frames;
        return 0;
      }
      left = Math.min(perSecond, left + (passedSince(at, clock) * perSecond) / 1000) - frames;
      at = clock.now();
      // Waiting for half a bucket keeps a flooding peer from being stopped and started at every frame.
      return left > 0 ? 0 : 500;
    },
  };
}
