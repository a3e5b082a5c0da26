import type { CallOffer, CallWant } from '../../../protocol/index.ts';
import type { RtcpPacket } from '../../../rtc/index.ts';
import { createOutbound, type Outbound, readRoundTrip } from '../streams/index.ts';
import type { Kind } from './offer-check.ts';
import type { Layer, Source } from './uplink.ts';

/** A stream that a member is ready to receive. */
export interface Slot {
  readonly kind: Kind;
  readonly outbound: Outbound;
  want: CallWant | undefined;
  /** What it wants, where that is to be had. */
  source: Source | undefined;
  /** Takes the layer that is best now: others have come, or are shown higher. */
  refresh(): void;
}

/** What goes to one member. */
export interface Downlink {
  readonly slots: readonly Slot[];
  /** How long a packet to it and its answer take, ms. */
  readonly roundTrip: number;
  takeRtcp(packet: RtcpPacket, now: number): void;
  /** Puts this source into the slot, or nothing. */
  place(slot: Slot, source: Source | undefined): void;
  /** @returns reports of what was sent, once a second */
  poll(now: number): RtcpPacket[];
}

export interface DownlinkPorts {
  /** Seals and sends. @returns what left */
  send(packet: Buffer): Buffer | undefined;
  sendAgain(sealed: Buffer): void;
  random(length: number): Uint8Array;
}

/** Before it is known: what a network in a house has at most. */
const ROUND_TRIP = 50;
const REPORT_EVERY = 1_000;

export function createDownlink(offer: CallOffer, ports: DownlinkPorts): Downlink {
  const { payloads, extensions } = offer;
  let transportNumber = 0;
  let roundTrip = ROUND_TRIP;
  let reported = -Infinity;
  const port = {
    send: ports.send,
    sendAgain: ports.sendAgain,
    nextNumber: () => {
      transportNumber = (transportNumber + 1) & 0xffff;
      return transportNumber;
    },
  };
  const slots = offer.slots.map(({ kind, ssrc, rtx }): Slot => {
    const outbound = createOutbound(port, {
      kind,
      ssrc,
      payloadType: kind === 'audio' ? payloads.opus : payloads.vp8,
      rtx: rtx === undefined ? undefined : { ssrc: rtx, payloadType: payloads.rtx },
      transportCc: extensions.transportCc,
      start: Buffer.from(ports.random(4)).readUInt32BE(0),
    });
    const slot: Slot = {
      kind,
      outbound,
      want: undefined,
      source: undefined,
      refresh: () => outbound.take(slot.source && chooseLayer(slot.source, slot.want?.height ?? 0).inbound),
    };
    return slot;
  });
  const slotsBySsrc = new Map(slots.map((slot) => [slot.outbound.ssrc, slot]));

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
        case 'remb':
        case 'description':
        case 'bye':
      }
    },
    place(slot, source) {
      if (slot.source !== source) {
        if (slot.source !== undefined) slot.source.takers = slot.source.takers.filter((taker) => taker !== slot);
        slot.source = source;
        if (source !== undefined) source.takers = [...source.takers, slot];
      }
      slot.refresh();
    },
    poll(now) {
      const said: RtcpPacket[] = [];
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

/** The smallest that fills the picture as it is shown; else the largest. */
function chooseLayer({ layers }: Source, height: number): Layer {
  const there = layers.filter(({ inbound }) => inbound !== undefined);
  return there.find((layer) => layer.height >= height) ?? there.at(-1) ?? (layers[0] as Layer);
}
