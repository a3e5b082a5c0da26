import { createMissing } from './missing.ts';
import type { Packet } from './packet.ts';
import { extendSequence } from './sequence.ts';

/** Sealed frames of sound, one a packet, in order; undefined in the place of one that was lost, so that time goes on. */
export interface SoundFrames {
  add(packet: Packet, now: number): void;
  take(now: number): readonly (Buffer | undefined)[];
  missing(now: number): readonly number[];
  /** Somebody else's come. */
  restart(): void;
}

/** What is late is waited for: four times as long as packets are late on average, between these, in ms. */
const LEAST = 40;
const LONGEST = 120;
/** Two seconds. More at once is no sound that anybody waits for. */
const MOST = 100;
/** Silence in the place of so many lost ones at most; a longer gap is one. */
const MOST_LOST = 5;

/** @param jitter how irregularly packets come, in ms */
export function createSoundFrames(jitter: () => number): SoundFrames {
  const frames = new Map<number, { readonly payload: Buffer; readonly at: number }>();
  const missing = createMissing();
  let highest: number | undefined;
  let next: number | undefined;

  function restart(): void {
    frames.clear();
    missing.forgetBefore(Number.POSITIVE_INFINITY);
    highest = undefined;
    next = undefined;
  }

  return {
    add(packet, now) {
      let at = extendSequence(packet.sequence, highest);
      if (highest !== undefined && Math.abs(at - highest) > MOST) {
        restart();
        at = extendSequence(packet.sequence, undefined);
      }
      if (next !== undefined && at < next) return;
      missing.found(at);
      if (highest !== undefined && at > highest + 1) missing.add(highest + 1, at, now);
      highest = Math.max(highest ?? at, at);
      next ??= at;
      if (!frames.has(at)) frames.set(at, { payload: packet.payload, at: now });
    },
    take(now) {
      const ready: (Buffer | undefined)[] = [];
      while (next !== undefined && highest !== undefined && next <= highest) {
        const frame = frames.get(next);
        if (frame !== undefined) {
          frames.delete(next);
          // Nothing is in it: a sender that tries bandwidth out.
          if (frame.payload.length > 0) ready.push(frame.payload);
          next += 1;
          continue;
        }
        const [after, { at }] = [...frames].reduce((first, frame) => (frame[0] < first[0] ? frame : first));
        if (now - at < Math.min(Math.max(4 * jitter(), LEAST), LONGEST)) break;
        for (let lost = 0; lost < Math.min(after - next, MOST_LOST); lost++) ready.push(undefined);
        next = after;
      }
      if (next !== undefined) missing.forgetBefore(next);
      return ready;
    },
    missing: (now) => missing.due(now),
    restart,
  };
}
