import type { CallOffer } from '../../../protocol/index.ts';
import type { DtlsCertificate, DtlsEnd, RtcpPacket } from '../../../rtc/index.ts';
import type { MediaLimits } from '../media-limits.ts';
import { writeCompounds } from './compounds.ts';
import { createDownlink, type Downlink } from './downlink.ts';
import type { Path, Protocol, Remote } from './paths.ts';
import type { Reachable } from './reach.ts';
import { createTransport, type Transport } from './transport.ts';
import { createUplink, type Uplink } from './uplink.ts';

/** One device in one call. */
export interface Member extends Reachable<Member> {
  readonly call: string;
  readonly id: string;
  readonly transport: Transport;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  isGone: boolean;
  takeDtls(path: Path<Member>, datagram: Buffer): void;
  takeRtp(datagram: Buffer, now: number): void;
  takeRtcp(datagram: Buffer, now: number): void;
  /** Says what there is to say. */
  poll(now: number): void;
}

export interface MemberPorts {
  readonly certificate: DtlsCertificate;
  random(length: number): Uint8Array;
  send(protocol: Protocol, to: Remote, packet: Buffer): void;
  onEnd(member: Member, why: DtlsEnd): void;
  now(): number;
}

export function createMember(
  { call, id, offer }: { readonly call: string; readonly id: string; readonly offer: CallOffer },
  ports: MemberPorts,
  limits: MediaLimits,
): Member {
  const text = (length: number) => Buffer.from(ports.random(length)).toString('base64').replaceAll('=', '');
  const ufrag = text(6);
  const speaker = chooseSpeaker(offer, ports.random);

  function send(packet: Buffer): void {
    const { path } = member;
    if (path !== undefined) ports.send(path.protocol, path.remote, packet);
  }

  function say(packets: readonly RtcpPacket[]): void {
    for (const compound of writeCompounds(packets, speaker)) {
      const sealed = transport.sealRtcp(compound);
      if (sealed !== undefined) send(sealed);
    }
  }

  const transport = createTransport({
    certificate: ports.certificate,
    peerFingerprint: offer.fingerprint,
    send,
    // It can see now: what it waits for has to begin with a whole picture.
    onOpen: () => member.downlink.slots.forEach(({ outbound }) => outbound.wanted?.askKey()),
    onEnd: (why) => ports.onEnd(member, why),
  });

  const member: Member = {
    call,
    id,
    ufrag,
    pwd: text(18),
    theirUfrag: offer.ufrag,
    transport,
    uplink: createUplink({ offer, name: ufrag, speaker, mostStreams: limits.streamsPerMember, reportEvery: limits.reportEvery }),
    downlink: createDownlink(offer, {
      now: ports.now,
      random: ports.random,
      send(packet) {
        // Without an address nothing leaves, and no number is used up.
        const sealed = member.path === undefined ? undefined : transport.sealRtp(packet);
        if (sealed !== undefined) send(sealed);
        return sealed;
      },
      sendAgain: send,
    }),
    paths: [],
    path: undefined,
    hasMoved: false,
    heard: ports.now(),
    isGone: false,
    takeDtls(path, datagram) {
      // Until it says where it wants to be, it is where it speaks from.
      if (!member.hasMoved) member.path = path;
      transport.takeDtls(datagram);
    },
    takeRtp(datagram, now) {
      const packet = transport.openRtp(datagram);
      if (packet === undefined) return;
      member.heard = now;
      member.uplink.takeRtp(packet, now);
    },
    takeRtcp(datagram, now) {
      const packets = transport.openRtcp(datagram);
      if (packets === undefined) return;
      member.heard = now;
      for (const packet of packets) {
        if (packet.kind === 'sender_report') member.uplink.takeReport(packet, now);
        member.downlink.takeRtcp(packet, now);
      }
    },
    poll(now) {
      if (!transport.isOpen) return;
      say(member.uplink.poll(now, member.downlink.roundTrip));
      say(member.downlink.poll(now));
    },
  };
  return member;
}

/** Who speaks for us in reports: a number that none of the member's streams has. */
function chooseSpeaker({ sends, slots }: CallOffer, random: (length: number) => Uint8Array): number {
  const taken = [...sends, ...slots].flatMap(({ ssrc, rtx }) => [ssrc, rtx]);
  let speaker = Buffer.from(random(4)).readUInt32BE(0);
  while (taken.includes(speaker)) speaker = (speaker + 1) >>> 0;
  return speaker;
}
