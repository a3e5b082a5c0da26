import { CodedError } from '../../../protocol/index.ts';
import {
  type DtlsCertificate,
  findRtpExtension,
  readRtpHeader,
  readRtpPayload,
  type ReceptionBlock,
  type RtcpPacket,
  unwrapRtx,
} from '../../../rtc/index.ts';
import type { CallTransport, CallTransportEvents, SlotAssignment } from '../../calls/ports.ts';
import { createOpening } from './frames/opening.ts';
import { createSealing } from './frames/sealing.ts';
import type { CallMachine } from './media-ports.ts';
import { createLink, type Link } from './network/link.ts';
import type { Network } from './network/path.ts';
import { makeOffer, PAYLOADS, TRANSPORT_CC } from './offer.ts';
import { createOutlet } from './outlet.ts';
import { createReports } from './reports.ts';
import { createSlot } from './slot.ts';
import { createSources } from './sources.ts';
import { createArrivals } from './streams/arrivals.ts';
import { createBitrateSteps } from './streams/bitrate-steps.ts';

/** ms. What is missing is asked for, and what was waited for is let go. */
const TURN = 20;
/** Turns between two words on what arrived, and between two reports. */
const ARRIVALS_EVERY = 3;
const REPORTS_EVERY = 50;
/** Packets that a report may be about: it counts with their number, and no relay is to make it more than it can be. */
const MOST_IN_REPORT = 1_000;

/** WebRTC by hand: what a browser would do for the engine, over `src/rtc`. */
export function createTransport(
  { certificate, network, machine }: { certificate: DtlsCertificate; network: Network; machine: CallMachine },
  events: CallTransportEvents,
): CallTransport {
  const offer = makeOffer(certificate.fingerprint);
  const sealing = createSealing();
  const opening = createOpening();
  const arrivals = createArrivals();
  const steps = createBitrateSteps();
  /** Newest numbers of our streams that the media port has told. */
  const reported = new Map<number, number>();
  const slots = offer.slots.map(({ kind, ssrc }) => createSlot(kind, ssrc, opening, machine));
  const slotBySsrc = new Map(offer.slots.map(({ ssrc }, i) => [ssrc, i]));
  const slotByRtx = new Map(offer.slots.flatMap(({ rtx }, i) => (rtx === undefined ? [] : [[rtx, i] as const])));
  let link: Link | undefined;
  let transportNumber = 0;
  let turns = 0;
  let closed = false;

  const ports = {
    send: (packet: Buffer) => link?.sendRtp(packet),
    sendAgain: (sealed: Buffer) => link?.sendAgain(sealed),
    transportCc: TRANSPORT_CC,
    nextTransportNumber: () => transportNumber++,
  };
  const outlets = offer.sends.map((send) => createOutlet(send, sealing, ports, () => sources.requestKey(send.source)));
  const sources = createSources(machine, outlets, events.onStopped);
  const reports = createReports(outlets, slots, arrivals);
  const timer = setInterval(turn, TURN);
  timer.unref();

  function takeRtp(packet: Buffer): void {
    const header = readRtpHeader(packet);
    if (header === undefined) return;
    const now = performance.now();
    const number = findRtpExtension(packet, header, TRANSPORT_CC);
    if (number?.length === 2) arrivals.add(number.readUInt16BE(), now);
    const direct = slotBySsrc.get(header.ssrc);
    if (direct !== undefined) {
      slots[direct]?.add({ ...header, payload: readRtpPayload(packet, header) }, true, now);
      return;
    }
    const repeated = slotByRtx.get(header.ssrc);
    const ssrc = repeated === undefined ? undefined : offer.slots[repeated]?.ssrc;
    const original = ssrc === undefined ? undefined : unwrapRtx(packet, { ssrc, payloadType: PAYLOADS.vp8 });
    const inside = original && readRtpHeader(original);
    if (repeated === undefined || original === undefined || inside === undefined) return;
    slots[repeated]?.add({ ...inside, payload: readRtpPayload(original, inside) }, false, now);
  }

  function takeRtcp(packets: readonly RtcpPacket[]): void {
    const now = performance.now();
    for (const packet of packets) {
      if (packet.kind === 'nack') outlets.find(({ ssrc }) => ssrc === packet.media)?.outgoing.repeat(packet.sequences, now);
      else if (packet.kind === 'pli') sources.requestKey(outlets.find(({ ssrc }) => ssrc === packet.media)?.source);
      else if (packet.kind === 'fir')
        for (const { ssrc } of packet.requests) sources.requestKey(outlets.find((outlet) => outlet.ssrc === ssrc)?.source);
      else if (packet.kind === 'receiver_report') adapt(packet.blocks, now);
      else if (packet.kind === 'sender_report') slots[slotBySsrc.get(packet.ssrc) ?? -1]?.reception.reported(packet.ntp, now);
    }
  }

  /** What of our pictures is lost: of sound nothing could be spared. */
  function adapt(blocks: readonly ReceptionBlock[], now: number): void {
    let [sent, lost] = [0, 0];
    for (const { ssrc, highestSequence, lostOf256 } of blocks) {
      const isPicture = outlets.some((outlet) => outlet.ssrc === ssrc && (outlet.source === 'camera' || outlet.source === 'screen'));
      if (!isPicture) continue;
      const packets = Math.min((highestSequence - (reported.get(ssrc) ?? highestSequence)) >>> 0, MOST_IN_REPORT);
      reported.set(ssrc, highestSequence);
      sent += packets;
      lost += (packets * lostOf256) / 256;
    }
    if (steps.report(sent, lost, now)) sources.lessen(steps.share);
  }

  function turn(): void {
    const now = performance.now();
    turns += 1;
    const said: RtcpPacket[] = [];
    for (const [i, slot] of slots.entries()) {
      const { missing, wantsKey } = slot.turn(now);
      const media = offer.slots[i]?.ssrc ?? 0;
      if (missing.length > 0) said.push({ kind: 'nack', sender: reports.sender, media, sequences: missing });
      if (wantsKey) said.push({ kind: 'pli', sender: reports.sender, media });
    }
    if (turns % ARRIVALS_EVERY === 0) said.push(...reports.arrivals());
    if (said.length > 0) link?.sendRtcp(said);
    if (turns % REPORTS_EVERY === 0) {
      for (const compound of reports.reports(now)) link?.sendRtcp(compound);
      events.onMedia(slots.flatMap((slot) => slot.count() ?? []));
    }
  }

  function close(): void {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    sources.close();
    for (const outlet of outlets) outlet.close();
    for (const slot of slots) slot.close();
    opening.close();
    link?.close();
  }

  return {
    offer,
    async connect(answer) {
      if (closed || link !== undefined) throw new CodedError('call_unreachable');
      link = createLink(
        { ufrag: offer.ufrag, certificate, answer, network },
        {
          onState: (state) => !closed && events.onState(state),
          onRtp: takeRtp,
          onRtcp: takeRtcp,
        },
      );
      await link.ready;
    },
    rekey(keys) {
      opening.rekey(keys);
      sealing.rekey(keys);
      // What was captured before was not sent: whoever shows it needs a beginning.
      for (const source of ['camera', 'screen'] as const) sources.requestKey(source);
    },
    assign(assignments) {
      const now = performance.now();
      const next = new Map<number, SlotAssignment>(assignments.map((assignment) => [assignment.slot, assignment]));
      for (const [i, slot] of slots.entries()) slot.assign(next.get(i), now);
    },
    demand: (demand) => sources.demand(demand),
    async turn(source, on) {
      if (closed) throw new CodedError('call_unreachable');
      await sources.turn(source, on);
    },
    close,
  };
}
