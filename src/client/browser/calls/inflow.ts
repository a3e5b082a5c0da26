/** The fields of RTCInboundRtpStreamStats that are read. */
interface InboundReport extends RTCStats {
  readonly kind: string;
  readonly ssrc: number;
  readonly framesDecoded?: number;
  readonly audioLevel?: number;
}

export interface Inflow {
  /** Pictures decoded since the beginning, by ssrc. */
  readonly decoded: ReadonlyMap<number, number>;
  /** Loudness from 0 to 1, by ssrc. */
  readonly levels: ReadonlyMap<number, number>;
}

export function readInflow(stats: RTCStatsReport): Inflow {
  const [decoded, levels] = [new Map<number, number>(), new Map<number, number>()];
  for (const report of stats.values() as Iterable<RTCStats>) {
    if (report.type !== 'inbound-rtp') continue;
    const { kind, ssrc, framesDecoded = 0, audioLevel = 0 } = report as InboundReport;
    if (kind === 'video') decoded.set(ssrc, framesDecoded);
    else levels.set(ssrc, audioLevel);
  }
  return { decoded, levels };
}
