import { type ReceptionBlock, type RtcpFeedback, type RtpHeader, readRtpHeader, unwrapRtx } from '../../../rtc/index.ts';
import { createKeyRequests } from './key-requests.ts';
import { CLOCK_RATES, type MediaKind, type MediaPacket, readMediaPacket } from './media-packet.ts';
import { createMissing, type MissingLimits } from './missing.ts';
import { countOn, middleOfNtp } from './numbers.ts';
import { createStreamTime, type PublisherClock } from './publisher-clock.ts';
import { createRate } from './rate.ts';
import { createReception } from './reception.ts';

/** One layer of one source of a publisher, as it arrives. All times in ms, on a clock that only goes forward and knows fractions. */
export interface Inbound {
  readonly kind: MediaKind;
  readonly ssrc: number;
  /** What this is a layer of: the same text for layers of which one can stand for another. */
  readonly source: string;
  /** @returns what is to be forwarded; undefined for what was there already, or comes too late */
  receive(bytes: Buffer, header: RtpHeader, now: number): MediaPacket | undefined;
  /** The same for a packet of the stream that repeats. */
  receiveRtx(bytes: Buffer, now: number): MediaPacket | undefined;
  /** A sender report came. */
  setTime(report: { readonly ntp: bigint; readonly timestamp: number }, now: number): void;
  /** Somebody needs a key frame. Nothing for sound. */
  askKey(): void;
  /** What to say to the publisher now: every 5 to 20 ms. @param sender whoever speaks for us in RTCP */
  poll(now: number, roundTrip: number, sender: number): RtcpFeedback[];
  /** For a receiver report. Each begins a new count; undefined before anything has come. */
  report(now: number): ReceptionBlock | undefined;
  /** Bits a second, over the last one, with headers. */
  bitrate(now: number): number;
  /** When the last packet came; -Infinity before. */
  readonly lastArrival: number;
  /** Of the last packet in order; -1 before. */
  readonly highest: number;
  /** Of video: what came lately, for those whose key frame was overtaken by its own packets. */
  packetAt(index: number): MediaPacket | undefined;
  timeOf(timestamp: number, arrival: number): number;
  timestampAt(time: number): number | undefined;
}

export interface InboundOptions {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly source: string;
  readonly clock: PublisherClock;
}

/** Further ahead than this a stream has begun anew (RFC 3550 appendix A.1). */
export const LONGEST_GAP = 3_000;
/** Sound that is later than its player waits is of no use; a picture waits for what is missing. */
const LIMITS: Readonly<Record<MediaKind, MissingLimits>> = { audio: { most: 50, patience: 250 }, video: { most: 300, patience: 1_000 } };
/** Packets that may overtake the beginning of a frame: the largest key frame there is. */
const RECENT = 256;
/** Where counting begins: what comes late must not be below zero. */
const CYCLE = 2 ** 16;

export function createInbound({ kind, ssrc, payloadType, source, clock }: InboundOptions): Inbound {
  const missing = createMissing(LIMITS[kind]);
  const reception = createReception(CLOCK_RATES[kind]);
  const rate = createRate();
  const keys = createKeyRequests();
  const time = createStreamTime(kind);
  const recent: (MediaPacket | undefined)[] = [];
  let highest = -1;
  let lastKey = -1;
  let lastPicture: number | undefined;
  let lastArrival = -Infinity;
  let lastReport: { readonly middle: number; readonly at: number } | undefined;

  const askKey = () => {
    if (kind === 'video') keys.ask();
  };

  /** @returns whether the packet is new */
  function place(index: number, now: number): boolean {
    if (highest < 0) highest = index - 1;
    if (index <= highest) return missing.take(index, false, now);
    if (index - highest > LONGEST_GAP) {
      missing.clear();
      reception.restart();
      time.set(undefined);
      askKey();
    } else if (index > highest + 1 && !missing.add(highest + 1, index, now)) askKey();
    highest = index;
    return true;
  }

  function accept(bytes: Buffer, header: RtpHeader, index: number, now: number, isRepeat: boolean): MediaPacket {
    lastArrival = now;
    reception.add(index, header.timestamp, isRepeat, now);
    rate.add(bytes.length, now);
    const packet = readMediaPacket(bytes, header, { kind, index, lastPicture });
    if (packet.picture !== undefined) lastPicture = Math.max(lastPicture ?? packet.picture, packet.picture);
    if (packet.beginsKey && index > lastKey) {
      lastKey = index;
      keys.answered();
    }
    if (kind === 'video') recent[index % RECENT] = packet;
    return packet;
  }

  return {
    kind,
    ssrc,
    source,
    receive(bytes, header, now) {
      const index = highest < 0 ? header.sequence + CYCLE : countOn(header.sequence, 16, highest);
      return place(index, now) ? accept(bytes, header, index, now, false) : undefined;
    },
    receiveRtx(bytes, now) {
      // A repeat begins no stream, nor does it move it on: what it repeats is missing, or the packet is there to try bandwidth out.
      const original = unwrapRtx(bytes, { ssrc, payloadType });
      const header = original && readRtpHeader(original);
      if (original === undefined || header === undefined) return undefined;
      const index = countOn(header.sequence, 16, highest);
      return missing.take(index, true, now) ? accept(original, header, index, now, true) : undefined;
    },
    setTime({ ntp, timestamp }, now) {
      lastReport = { middle: middleOfNtp(ntp), at: now };
      time.set({ time: clock.add(ntp, now), timestamp });
    },
    askKey,
    poll(now, roundTrip, sender) {
      const due = missing.poll(now, roundTrip, (index) => {
        // What a key frame came after is missed by nobody.
        if (index >= lastKey) askKey();
      });
      const said: RtcpFeedback[] = [];
      if (due.length > 0) said.push({ kind: 'nack', sender, media: ssrc, sequences: due.map((index) => index % CYCLE) });
      if (keys.poll(now)) said.push({ kind: 'pli', sender, media: ssrc });
      return said;
    },
    report(now) {
      if (highest < 0) return undefined;
      const since = lastReport === undefined ? 0 : Math.round(((now - lastReport.at) / 1000) * 65_536);
      const said = reception.report();
      return {
        ...said,
        ssrc,
        highestSequence: said.highestSequence - CYCLE,
        lastReport: lastReport?.middle ?? 0,
        sinceLastReport: Math.min(since, 0xffffffff),
      };
    },
    bitrate: (now) => rate.at(now),
    get lastArrival() {
      return lastArrival;
    },
    get highest() {
      return highest;
    },
    packetAt(index) {
      const packet = recent[index % RECENT];
      return packet?.index === index ? packet : undefined;
    },
    timeOf: (timestamp, arrival) => time.timeOf(timestamp, arrival),
    timestampAt: (at) => time.timestampAt(at),
  };
}
