import type { ReceptionBlock } from '../../../rtc/index.ts';
import { timestampDistance } from './numbers.ts';

/** How a stream arrives, as its sender is told (RFC 3550 section 6.4.1 and appendix A.8). */
export interface Reception {
  /** `index` counts on; repeats are none of the jitter. */
  add(index: number, timestamp: number, isRepeat: boolean, now: number): void;
  /** What is said and counted from is new with each. */
  report(): Pick<ReceptionBlock, 'lostOf256' | 'lost' | 'highestSequence' | 'jitter'>;
  restart(): void;
}

export function createReception(clockRate: number): Reception {
  let first = -1;
  let highest = -1;
  let received = 0;
  let lastSaid = { expected: 0, received: 0 };
  let jitter = 0;
  let before: { readonly timestamp: number; readonly now: number } | undefined;
  return {
    add(index, timestamp, isRepeat, now) {
      if (first < 0) {
        first = index;
        highest = index;
      }
      received += 1;
      if (isRepeat) return;
      if (index > highest) highest = index;
      if (before !== undefined) {
        const passed = ((now - before.now) * clockRate) / 1000;
        jitter += (Math.abs(passed - timestampDistance(timestamp, before.timestamp)) - jitter) / 16;
      }
      before = { timestamp, now };
    },
    report() {
      const expected = first < 0 ? 0 : highest - first + 1;
      const expectedNow = expected - lastSaid.expected;
      const lostNow = expectedNow - (received - lastSaid.received);
      lastSaid = { expected, received };
      return {
        lostOf256: lostNow <= 0 || expectedNow <= 0 ? 0 : Math.min(255, Math.floor((256 * lostNow) / expectedNow)),
        lost: expected - received,
        highestSequence: Math.max(0, highest) % 2 ** 32,
        jitter: Math.floor(jitter) >>> 0,
      };
    },
    restart() {
      [first, highest, received, jitter, before] = [-1, -1, 0, 0, undefined];
      lastSaid = { expected: 0, received: 0 };
    },
  };
}
