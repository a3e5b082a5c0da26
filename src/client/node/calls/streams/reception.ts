import type { ReceptionBlock } from '../../../../rtc/index.ts';
import { extendSequence } from './sequence.ts';

/** How one stream arrives, as receivers tell it (RFC 3550 section 6.4.1 and appendix A). */
export interface Reception {
  /** @param now in ms */
  add(sequence: number, timestamp: number, now: number): void;
  /** A sender report came: its time, of which the middle 32 bits are told back. */
  reported(ntp: bigint, now: number): void;
  /** Since the last one; undefined where nothing came yet. */
  block(now: number): ReceptionBlock | undefined;
  /** How irregularly packets come, in ms. */
  readonly jitter: number;
}

export function createReception(ssrc: number, clockRate: number): Reception {
  let first = 0;
  let highest: number | undefined;
  let received = 0;
  let before = { expected: 0, received: 0 };
  let transit: number | undefined;
  let jitter = 0;
  let report: { readonly middle: number; readonly at: number } | undefined;
  return {
    add(sequence, timestamp, now) {
      const number = extendSequence(sequence, highest);
      if (highest === undefined) first = number;
      highest = Math.max(highest ?? number, number);
      received += 1;
      const arrived = ((now * clockRate) / 1_000 - timestamp) | 0;
      if (transit !== undefined) {
        // A jump of the sender's clock is none of the network.
        const difference = Math.min(Math.abs((arrived - transit) | 0), clockRate);
        jitter += (difference - jitter) / 16;
      }
      transit = arrived;
    },
    reported(ntp, now) {
      report = { middle: Number((ntp >> 16n) & 0xffffffffn), at: now };
    },
    block(now) {
      if (highest === undefined) return undefined;
      const expected = highest - first + 1;
      const since = { expected: expected - before.expected, lost: expected - before.expected - (received - before.received) };
      before = { expected, received };
      return {
        ssrc,
        lostOf256: since.lost <= 0 ? 0 : Math.min(255, Math.floor((since.lost * 256) / since.expected)),
        lost: expected - received,
        highestSequence: (highest - 2 ** 16) >>> 0,
        jitter: Math.floor(jitter),
        lastReport: report?.middle ?? 0,
        sinceLastReport: report === undefined ? 0 : Math.min(0xffffffff, Math.floor(((now - report.at) * 65_536) / 1_000)),
      };
    },
    get jitter() {
      return (jitter * 1_000) / clockRate;
    },
  };
}
