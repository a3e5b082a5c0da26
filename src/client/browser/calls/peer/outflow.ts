import type { CallSource } from '../../../../protocol/index.ts';
import { kindOf } from '../frames/messages.ts';

/** The fields of RTCOutboundRtpStreamStats that are read. */
interface OutboundReport extends RTCStats {
  readonly framesEncoded?: number;
  readonly bytesSent?: number;
  readonly retransmittedBytesSent?: number;
}

/** Sums up what left of each source, in the measures of `watch.ts`, also where the browser begins to count anew. */
export interface OutflowMeter {
  read(): Promise<ReadonlyMap<CallSource, number>>;
}

export function createOutflowMeter(senders: ReadonlyMap<CallSource, Pick<RTCRtpSender, 'getStats'>>): OutflowMeter {
  const known = new Map<string, number>();
  const sums = new Map<CallSource, number>();

  function add(source: CallSource, { id, framesEncoded = 0, bytesSent = 0, retransmittedBytesSent = 0 }: OutboundReport): void {
    const count = kindOf(source) === 'video' ? framesEncoded : bytesSent - retransmittedBytesSent;
    const before = known.get(id) ?? 0;
    known.set(id, count);
    sums.set(source, (sums.get(source) ?? 0) + (count < before ? count : count - before));
  }

  return {
    async read() {
      const found = [...senders].map(async ([source, sender]) => [source, await sender.getStats()] as const);
      for (const [source, stats] of await Promise.all(found)) {
        for (const report of stats.values() as Iterable<RTCStats>) if (report.type === 'outbound-rtp') add(source, report);
      }
      return new Map(sums);
    },
  };
}
