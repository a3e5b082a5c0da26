import type { CallOffer, CallSource } from '../../../protocol/index.ts';
import { findRtpExtension, readRtpHeader, type RtcpPacket, type RtpHeader } from '../../../rtc/index.ts';
import { createArrivals, createDemand, createInbound, createPublisherClock, type Demand, type Inbound } from '../streams/index.ts';
import type { Slot } from './downlink.ts';
import { type Kind, kindOf } from './offer-check.ts';

/** What a member may send. */
export interface Source {
  readonly source: CallSource;
  readonly kind: Kind;
  /** The smallest first; one where there is no choice. */
  readonly layers: readonly Layer[];
  /** Slots that it goes into. Another list for each change, so that nobody walks over one that changes. */
  takers: readonly Slot[];
  /** What they take of it, and what its owner was told last. */
  readonly demand: Demand;
  told: number;
}

/** One size of it. */
export interface Layer {
  readonly rid: string | undefined;
  readonly height: number;
  /** As its packets come; undefined before the first one, where only that says what its number is. */
  inbound: Inbound | undefined;
}

/** What comes from one member. */
export interface Uplink {
  readonly sources: readonly Source[];
  takeRtp(packet: Buffer, now: number): void;
  takeReport(report: Extract<RtcpPacket, { kind: 'sender_report' }>, now: number): void;
  /** What to say to it, a few times in a tenth of a second. */
  poll(now: number, roundTrip: number): RtcpPacket[];
}

/** What a number in packets stands for. */
interface Stream {
  readonly source: Source;
  readonly layer: Layer;
  readonly isRepair: boolean;
}

export interface UplinkOptions {
  readonly offer: CallOffer;
  /** Distinguishes it from all others. */
  readonly name: string;
  /** Whoever speaks for us in RTCP. */
  readonly speaker: number;
  readonly mostStreams: number;
  /** ms between two reports of how streams arrive. */
  readonly reportEvery: number;
}

export function createUplink({ offer, name, speaker, mostStreams, reportEvery }: UplinkOptions): Uplink {
  const { payloads, extensions, sends } = offer;
  const clock = createPublisherClock();
  const arrivals = createArrivals();
  const streamsBySsrc = new Map<number, Stream>();
  const inbounds: Inbound[] = [];
  let learnt = 0;
  let reported = -Infinity;

  const sources = sends.map(({ source, ssrc, rtx, layers }): Source => {
    const made: Source = {
      source,
      kind: kindOf(source),
      layers: layers?.map(({ rid, height }) => ({ rid, height, inbound: undefined })) ?? [
        { rid: undefined, height: 0, inbound: undefined },
      ],
      takers: [],
      demand: createDemand(),
      told: 0,
    };
    const [layer] = made.layers;
    if (layers === undefined && layer !== undefined) {
      if (ssrc !== undefined) bind(ssrc, { source: made, layer, isRepair: false }, 0);
      if (rtx !== undefined) bind(rtx, { source: made, layer, isRepair: true }, 0);
    }
    return made;
  });

  function bind(ssrc: number, stream: Stream, now: number): Stream {
    streamsBySsrc.set(ssrc, stream);
    const { source, layer, isRepair } = stream;
    if (isRepair) return stream;
    const { kind } = source;
    const payloadType = kind === 'audio' ? payloads.opus : payloads.vp8;
    // Begun anew by its sender under another number: the old one is over.
    const before = layer.inbound;
    if (before !== undefined) {
      inbounds.splice(inbounds.indexOf(before), 1);
      streamsBySsrc.delete(before.ssrc);
    }
    layer.inbound = createInbound({ kind, ssrc, payloadType, source: `${name} ${source.source}`, clock });
    inbounds.push(layer.inbound);
    // At once: it may begin with the key frame that is waited for.
    for (const slot of source.takers) slot.refresh(now);
    return stream;
  }

  /**
   * Whose an unknown number is, as the names in the packet say (RFC 8843 section 9.2, RFC 8852): learnt once, and bound from then on.
   * @returns undefined where it does not say, or says what was not offered
   */
  function learn(packet: Buffer, header: RtpHeader, now: number): Stream | undefined {
    if (learnt >= mostStreams) return undefined;
    const read = (id: number | undefined) => (id === undefined ? undefined : findRtpExtension(packet, header, id)?.toString('latin1'));
    const mid = read(extensions.mid);
    const at = mid === undefined ? -1 : sends.findIndex((send) => send.mid === mid);
    const source = sources[at];
    if (source === undefined) return undefined;
    const isRepair = header.payloadType === payloads.rtx;
    const rid = (isRepair ? read(extensions.repairedRid) : undefined) ?? read(extensions.rid);
    const layer = sends[at]?.layers === undefined ? source.layers[0] : source.layers.find((layer) => layer.rid === rid);
    if (layer === undefined) return undefined;
    learnt += 1;
    return bind(header.ssrc, { source, layer, isRepair }, now);
  }

  return {
    sources,
    takeRtp(packet, now) {
      const header = readRtpHeader(packet);
      if (header === undefined) return;
      if (extensions.transportCc !== undefined) {
        const number = findRtpExtension(packet, header, extensions.transportCc);
        if (number?.length === 2) arrivals.add(number.readUInt16BE(0), header.ssrc, now);
      }
      const stream = streamsBySsrc.get(header.ssrc) ?? learn(packet, header, now);
      const inbound = stream?.layer.inbound;
      if (stream === undefined || inbound === undefined) return;
      const { source, isRepair } = stream;
      const { payloadType } = header;
      if (payloadType !== (isRepair ? payloads.rtx : source.kind === 'audio' ? payloads.opus : payloads.vp8)) return;
      const taken = isRepair ? inbound.receiveRtx(packet, now) : inbound.receive(packet, header, now);
      if (taken === undefined) return;
      for (const slot of source.takers) slot.outbound.forward(inbound, taken, now);
    },
    takeReport(report, now) {
      streamsBySsrc.get(report.ssrc)?.layer.inbound?.setTime(report, now);
    },
    poll(now, roundTrip) {
      const said: RtcpPacket[] = [];
      for (const inbound of inbounds) said.push(...inbound.poll(now, roundTrip, speaker));
      said.push(...arrivals.poll(now, speaker));
      if (now - reported < reportEvery) return said;
      reported = now;
      const blocks = inbounds.flatMap((inbound) => inbound.report(now) ?? []).slice(0, MOST_BLOCKS);
      return blocks.length === 0 ? said : [{ kind: 'receiver_report', ssrc: speaker, blocks }, ...said];
    },
  };
}

/** What one report holds. */
const MOST_BLOCKS = 31;
