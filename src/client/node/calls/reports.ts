import { randomBytes } from 'node:crypto';
import type { RtcpPacket } from '../../../rtc/index.ts';
import type { Outlet } from './outlet.ts';
import type { Slot } from './slot.ts';
import type { Arrivals } from './streams/arrivals.ts';

/** What is told to the media port from time to time (RFC 3550 section 6). */
export interface Reports {
  /** Who speaks. */
  readonly sender: number;
  arrivals(): readonly RtcpPacket[];
  /** Compounds, each to be sent by itself. @param now in ms */
  reports(now: number): readonly (readonly RtcpPacket[])[];
}

/** As many as one report can hold. */
const MOST_BLOCKS = 31;

export function createReports(outlets: readonly Outlet[], slots: readonly Slot[], arrivals: Arrivals): Reports {
  const sender = outlets[0]?.ssrc ?? 1;
  // Says nothing of anybody (RFC 7022), and holds the own streams together.
  const cname = randomBytes(12).toString('base64');
  return {
    sender,
    arrivals: () => arrivals.take().map((report) => ({ ...report, sender, media: 0 })),
    reports(now) {
      const blocks = slots.flatMap(({ reception }) => reception.block(now) ?? []);
      const groups = Array.from({ length: Math.ceil(blocks.length / MOST_BLOCKS) }, (_, i) =>
        blocks.slice(i * MOST_BLOCKS, (i + 1) * MOST_BLOCKS),
      );
      const describe = (ssrc: number): RtcpPacket => ({ kind: 'description', sources: [{ ssrc, cname }] });
      return [
        ...outlets.flatMap(({ outgoing, ssrc }) => {
          const report = outgoing.report(now);
          return report === undefined ? [] : [[report, describe(ssrc)]];
        }),
        ...groups.map((blocks): RtcpPacket[] => [{ kind: 'receiver_report', ssrc: sender, blocks }, describe(sender)]),
      ];
    },
  };
}
