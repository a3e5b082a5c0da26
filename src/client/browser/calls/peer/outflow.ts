import type { CallSource } from '../../../../protocol/index.ts';
import { kindOf } from '../frames/messages.ts';

/** The fields of RTCOutboundRtpStreamStats that count frames; those of sound are its packets. */
interface OutboundReport extends RTCStats {
  readonly kind: string;
  readonly mid?: string;
  readonly framesEncoded?: number;
  readonly packetsSent?: number;
  readonly retransmittedPacketsSent?: number;
}

/** Sums up what a connection's senders encode, also where the browser begins to count anew. */
export interface OutflowMeter {
  read(stats: RTCStatsReport): ReadonlyMap<CallSource, number>;
}

export function createOutflowMeter(sourceOf: (mid: string) => CallSource | undefined): OutflowMeter {
  const known = new Map<string, number>();
  const sums = new Map<CallSource, number>();
  return {
    read(stats) {
      for (const report of stats.values() as Iterable<RTCStats>) {
        if (report.type !== 'outbound-rtp') continue;
        const { id, mid = '', framesEncoded = 0, packetsSent = 0, retransmittedPacketsSent = 0 } = report as OutboundReport;
        const source = sourceOf(mid);
        if (source === undefined) continue;
        const count = kindOf(source) === 'video' ? framesEncoded : packetsSent - retransmittedPacketsSent;
        const before = known.get(id) ?? 0;
        known.set(id, count);
        sums.set(source, (sums.get(source) ?? 0) + (count < before ? count : count - before));
      }
      return new Map(sums);
    },
  };
}
