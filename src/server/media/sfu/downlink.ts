import type { CallOffer, CallWant } from '../../../protocol/index.ts';
import type { RtcpPacket } from '../../../rtc/index.ts';
import { createBandwidth, createOutbound, type Outbound, readRoundTrip } from '../streams/index.ts';
import type { Kind } from './offer-check.ts';
import { createSharing, findStream } from './sharing.ts';
import type { Source } from './uplink.ts';

/** A stream that a member is ready to receive. */
export interface Slot {
  readonly kind: Kind;
  readonly outbound: Outbound;
  want: CallWant | undefined;
  /** What it wants, where that is to be had. */
  source: Source | undefined;
  /** Which of its layers; undefined: none, there is no room for it. */
  level: number | undefined;
  /** Takes what is best now: other layers have come, or another one was chosen. */
  refresh(now: number): void;
}

/** What goes to one member. */
export interface Downlink {
  readonly slots: readonly Slot[];
  /** How long a packet to it and its answer take, ms. */
  readonly roundTrip: number;
  takeRtcp(packet: RtcpPacket, now: number): void;
  /** Puts this source into the slot, or nothing; `share` says in which size. */
  place(slot: Slot, source: Source | undefined): void;
  /** This process was late: the way is not blamed for it. */
  excuse(now: number): void;
  /** Shares among the slots what the way carries. */
  share(now: number): void;
  /** @returns reports of what was sent, once a second */
  poll(now: number): RtcpPacket[];
}

export interface DownlinkPorts {
  now(): number;
  random(length: number): Uint8Array;
  /** Seals and sends. @returns what left */
  send(packet: Buffer): Buffer | undefined;
  sendAgain(sealed: Buffer): void;
}

/** Before it is known: what a network in a house has at most, ms. */
const ROUND_TRIP = 50;
const REPORT_EVERY = 1_000;
/** Slots: they have no hurry, and there are many. */
const POLL_EVERY = 80;
const SHARE_EVERY = 100;

export function createDownlink(offer: CallOffer, ports: DownlinkPorts): Downlink {
  const { payloads, extensions } = offer;
  const { transportCc } = extensions;
  const bandwidth = createBandwidth();
  const sharing = createSharing();
  let roundTrip = ROUND_TRIP;
  let [reported, shared, polled] = [-Infinity, -Infinity, -Infinity];

  const port = {
    send(packet: Buffer) {
      // Before: where the process had to wait in between, the way would look faster than it ever is, and be taken for full from then on.
      const now = ports.now();
      const sealed = ports.send(packet);
      if (sealed !== undefined && transportCc !== undefined) bandwidth.sent(sealed.length, now);
      return sealed;
    },
    sendAgain: ports.sendAgain,
    nextNumber: bandwidth.nextNumber,
  };
  const slots = offer.slots.map(({ kind, ssrc, rtx }): Slot => {
    const outbound = createOutbound(port, {
      kind,
      ssrc,
      payloadType: kind === 'audio' ? payloads.opus : payloads.vp8,
      rtx: rtx === undefined ? undefined : { ssrc: rtx, payloadType: payloads.rtx },
      transportCc,
      start: Buffer.from(ports.random(4)).readUInt32BE(0),
    });
    const slot: Slot = {
      kind,
      outbound,
      want: undefined,
      source: undefined,
      level: undefined,
      refresh(now) {
        const { source, level } = slot;
        outbound.take(source === undefined || level === undefined ? undefined : findStream(source, level, outbound.current, now));
      },
    };
    return slot;
  });
  const slotsBySsrc = new Map(slots.map((slot) => [slot.outbound.ssrc, slot]));

  function share(now: number): void {
    shared = now;
    // Who does not say what arrives is sent what it wants.
    sharing.share(slots, transportCc === undefined ? Infinity : bandwidth.estimate(now), now);
  }

  return {
    slots,
    get roundTrip() {
      return roundTrip;
    },
    takeRtcp(packet, now) {
      switch (packet.kind) {
        case 'sender_report':
        case 'receiver_report':
          for (const block of packet.blocks) {
            const measured = slotsBySsrc.has(block.ssrc) ? readRoundTrip(block, now) : undefined;
            if (measured !== undefined) roundTrip += (measured - roundTrip) / 8;
          }
          return;
        case 'nack':
          return slotsBySsrc.get(packet.media)?.outbound.resend(packet.sequences, now, roundTrip);
        case 'pli':
          return slotsBySsrc.get(packet.media)?.outbound.askKey(now);
        case 'fir':
          for (const { ssrc } of packet.requests) slotsBySsrc.get(ssrc)?.outbound.askKey(now);
          return;
        case 'transport':
          return bandwidth.acknowledge(packet, now);
        case 'remb':
        case 'description':
        case 'bye':
      }
    },
    place(slot, source) {
      if (slot.source === source) return;
      if (slot.source !== undefined) slot.source.takers = slot.source.takers.filter((taker) => taker !== slot);
      slot.source = source;
      slot.level = source?.kind === 'audio' ? 0 : undefined;
      if (source !== undefined) source.takers = [...source.takers, slot];
      slot.refresh(ports.now());
    },
    excuse: bandwidth.excuse,
    share,
    poll(now) {
      const said: RtcpPacket[] = [];
      if (now - shared >= SHARE_EVERY) share(now);
      if (now - polled < POLL_EVERY) return said;
      polled = now;
      const isDue = now - reported >= REPORT_EVERY;
      if (isDue) reported = now;
      for (const { outbound } of slots) {
        outbound.poll(now);
        const report = isDue ? outbound.report(now) : undefined;
        if (report !== undefined) said.push(report);
      }
      return said;
    },
  };
}
