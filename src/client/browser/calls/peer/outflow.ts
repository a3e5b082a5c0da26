import type { CallSource } from '../../../../protocol/index.ts';
import { kindOf } from '../frames/messages.ts';

/** The fields of RTCOutboundRtpStreamStats that count frames; those of sound are its packets. */
interface OutboundReport extends RTCStats {
  readonly framesEncoded?: number;
  readonly packetsSent?: number;
  readonly retransmittedPacketsSent?: number;
}

/** Sums up what each sender encodes, also where the browser begins to count anew. */
export interface OutflowMeter {
  read(): Promise<ReadonlyMap<CallSource, number>>;
}

export function createOutflowMeter(senders: ReadonlyMap<CallSource, Pick<RTCRtpSender, 'getStats'>>): OutflowMeter {
  const known = new Map<string, number>();
  const sums = new Map<CallSource, number>();

  function add(source: CallSource, stats: RTCStatsReport): void {
    for (const report of stats.values() as Iterable<RTCStats>) {
      if (report.type !== 'outbound-rtp') continue;
      const { id, framesEncoded = 0, packetsSent = 0, retransmittedPacketsSent = 0 } = report as OutboundReport;
      const count = kindOf(source) === 'video' ? framesEncoded : packetsSent - retransmittedPacketsSent;
      const before = known.get(id) ?? 0;
      known.set(id, count);
      sums.set(source, (sums.get(source) ?? 0) + (count < before ? count : count - before));
    }
  }

  return {
    async read() {
      const found = [...senders].map(async ([source, sender]) => [source, await sender.getStats()] as const);
      for (const [source, stats] of await Promise.all(found)) add(source, stats);
      return new Map(sums);
    },
  };
}
