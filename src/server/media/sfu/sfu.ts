import { type CallAnswer, type CallDemand, type CallOffer, type CallWant, CodedError, LIMITS } from '../../../protocol/index.ts';
import { type DtlsCertificate, type DtlsEnd, packetKindOf, type RtcpPacket } from '../../../rtc/index.ts';
import type { Clock } from '../../clock.ts';
import type { MediaEngine, MediaEvents } from '../media-engine.ts';
import { MEDIA_LIMITS, type MediaLimits } from '../media-limits.ts';
import { takeCheck } from './checks.ts';
import { writePacket } from './forward.ts';
import type { Layer, Member, Slot, Source } from './member.ts';
import { checkOffer, kindOf } from './offer-check.ts';
import { createPaths, type Path, type Protocol, type Remote } from './paths.ts';
import { createSources, learnStream } from './sources.ts';
import { createTransport } from './transport.ts';

/** What an SFU stands on; it opens no socket itself. */
export interface SfuPorts {
  readonly clock: Clock;
  random(length: number): Uint8Array;
  readonly certificate: DtlsCertificate;
  /** Where it is reached, the best first. */
  candidates(): CallAnswer['candidates'];
  /** Does not throw; what cannot be sent is lost. `to` is what came with `receive`. */
  send(protocol: Protocol, to: Remote, packet: Buffer): void;
  readonly events: MediaEvents;
  readonly limits?: Partial<MediaLimits>;
}

export interface Sfu extends MediaEngine {
  /** Whatever the network brings. Does not throw. */
  receive(protocol: Protocol, from: Remote, datagram: Buffer): void;
  /** Is a member behind this address, and did it prove that? */
  knows(protocol: Protocol, remote: Remote): boolean;
  /** Nothing can be sent there any more: a connection has ended. */
  lose(protocol: Protocol, remote: Remote): void;
}

export function createSfu(ports: SfuPorts): Sfu {
  const { clock, events } = ports;
  const limits: MediaLimits = { ...MEDIA_LIMITS, ...ports.limits };
  const membersByCall = new Map<string, Map<string, Member>>();
  const membersByUfrag = new Map<string, Member>();
  const paths = createPaths();
  let cancelTick = clock.after(limits.tick, tick);

  function tick(): void {
    cancelTick = clock.after(limits.tick, tick);
    const now = clock.now();
    for (const member of membersByUfrag.values()) {
      // A clock that was set back makes nobody silent.
      if (now < member.heard) member.heard = now;
      if (now - member.heard > limits.silence) end(member, 'call_silent');
    }
  }

  function admit(call: string, id: string, offer: CallOffer): Member {
    const text = (length: number) => Buffer.from(ports.random(length)).toString('base64url').replaceAll('-', '+').replaceAll('_', '/');
    const transport = createTransport({
      certificate: ports.certificate,
      peerFingerprint: offer.fingerprint,
      send: (datagram) => sendTo(member, datagram),
      onOpen: () => open(member),
      onEnd: (why) => end(member, codeOf(why)),
    });
    const member: Member = {
      call,
      id,
      offer,
      ufrag: text(6),
      pwd: text(18),
      theirUfrag: offer.ufrag,
      transport,
      sources: [],
      slots: [],
      streamsBySsrc: new Map(),
      paths: [],
      path: undefined,
      hasMoved: false,
      heard: clock.now(),
      transportSequence: 0,
      isGone: false,
    };
    const slots = offer.slots.map(({ kind, ssrc, rtx }): Slot => {
      const payloadType = kind === 'audio' ? offer.payloads.opus : offer.payloads.vp8;
      const lastSequence = Buffer.from(ports.random(2)).readUInt16BE(0) & 0x7fff;
      const blank = { want: undefined, layer: undefined, shift: undefined, lastSequence, lastTimestamp: 0 };
      return { owner: member, kind, ssrc, rtx, payloadType, ...blank };
    });
    return Object.assign(member, { sources: createSources(member, offer), slots });
  }

  function sendTo(member: Member, packet: Buffer): void {
    const { path } = member;
    if (path !== undefined) ports.send(path.protocol, path.remote, packet);
  }

  function sendRtcp(member: Member, packets: readonly RtcpPacket[]): void {
    const sealed = member.transport.sealRtcp(packets);
    if (sealed !== undefined) sendTo(member, sealed);
  }

  /** It can receive now: those that it waits for have to begin with a whole picture. */
  function open(member: Member): void {
    for (const slot of member.slots) if (slot.layer !== undefined) askKeyFrame(slot.layer);
  }

  function remove(member: Member): void {
    if (member.isGone) return;
    member.isGone = true;
    const members = membersByCall.get(member.call);
    members?.delete(member.id);
    if (members?.size === 0) membersByCall.delete(member.call);
    membersByUfrag.delete(member.ufrag);
    member.transport.close();
    for (const path of member.paths) paths.remove(path);
    member.path = undefined;
    for (const slot of member.slots) place(slot, undefined);
    for (const source of member.sources) for (const layer of source.layers) for (const slot of layer.takers) place(slot, undefined);
    tellDemands(members);
  }

  function end(member: Member, code: string): void {
    if (member.isGone) return;
    remove(member);
    events.onEnded(member.call, member.id, code);
  }

  function takeStun(protocol: Protocol, from: Remote, datagram: Buffer): void {
    const check = takeCheck(datagram, from, (ufrag) => membersByUfrag.get(ufrag));
    if (check === undefined) return;
    if (check.who !== undefined) {
      const member = check.who;
      const path = pathOf(member, protocol, from);
      member.heard = path.heard = clock.now();
      if (check.moves || !member.hasMoved) member.path = path;
      if (check.moves) member.hasMoved = true;
    }
    ports.send(protocol, from, check.answer);
  }

  function pathOf(member: Member, protocol: Protocol, remote: Remote): Path {
    const known = paths.find(protocol, remote);
    if (known?.member === member) return known;
    if (known !== undefined) forget(known);
    if (member.paths.length >= limits.pathsPerMember) {
      const others = member.paths.filter((path) => path !== member.path);
      forget(others.reduce((oldest, path) => (path.heard < oldest.heard ? path : oldest)));
    }
    const path: Path = { protocol, remote, member, heard: clock.now() };
    paths.add(path);
    member.paths.push(path);
    return path;
  }

  function forget(path: Path): void {
    paths.remove(path);
    const { member } = path;
    member.paths.splice(member.paths.indexOf(path), 1);
    if (member.path !== path) return;
    // Somewhere it can be reached still, it may be.
    member.path = member.paths.at(-1);
    member.hasMoved = false;
  }

  function takeRtp(member: Member, datagram: Buffer): void {
    const packet = member.transport.openRtp(datagram);
    if (packet === undefined) return;
    member.heard = clock.now();
    const stream = member.streamsBySsrc.get(packet.readUInt32BE(8)) ?? learnStream(member, packet, limits.streamsPerMember);
    if (stream === undefined || stream.isRepair) return;
    const first = packet[0] as number;
    let length = 12 + 4 * (first & 15);
    if ((first & 0x10) !== 0) length += 4 + 4 * packet.readUInt16BE(length + 2);
    const { takers } = stream.layer;
    for (let i = 0; i < takers.length; i++) {
      const slot = takers[i] as Slot;
      const { owner } = slot;
      if (!owner.transport.isOpen || owner.path === undefined) continue;
      const written = writePacket(slot, packet, length);
      const sealed = written && owner.transport.sealRtp(written);
      if (sealed !== undefined) ports.send(owner.path.protocol, owner.path.remote, sealed);
    }
  }

  function takeRtcp(member: Member, datagram: Buffer): void {
    const packets = member.transport.openRtcp(datagram);
    if (packets === undefined) return;
    member.heard = clock.now();
    for (const packet of packets) {
      const asked = packet.kind === 'pli' ? [packet.media] : packet.kind === 'fir' ? packet.requests.map(({ ssrc }) => ssrc) : [];
      for (const slot of member.slots) if (slot.layer !== undefined && asked.includes(slot.ssrc)) askKeyFrame(slot.layer);
    }
  }

  function askKeyFrame(layer: Layer): void {
    const { owner, kind } = layer.source;
    const now = clock.now();
    if (kind !== 'video' || layer.ssrc === undefined || Math.abs(now - layer.keyFrameAsked) < limits.keyFrameAgain) return;
    layer.keyFrameAsked = now;
    sendRtcp(owner, [
      { kind: 'receiver_report', ssrc: 1, blocks: [] },
      { kind: 'pli', sender: 1, media: layer.ssrc },
    ]);
  }

  /** Puts something else into a slot, or nothing. */
  function place(slot: Slot, layer: Layer | undefined): void {
    if (slot.layer === layer) return;
    if (slot.layer !== undefined) slot.layer.takers = slot.layer.takers.filter((taker) => taker !== slot);
    slot.layer = layer;
    slot.shift = undefined;
    if (layer === undefined) return;
    layer.takers = [...layer.takers, slot];
    askKeyFrame(layer);
  }

  function wanted(members: ReadonlyMap<string, Member>, { owner, kind, want }: Slot): Source | undefined {
    if (want === undefined || kindOf(want.source) !== kind) return undefined;
    const from = members.get(Buffer.from(want.device).toString('hex'));
    return from === owner ? undefined : from?.sources.find(({ source }) => source === want.source);
  }

  function route(members: ReadonlyMap<string, Member>): void {
    for (const member of members.values())
      for (const slot of member.slots)
        place(
          slot,
          wanted(members, slot)?.layers.find(({ height }) => height >= (slot.want?.height ?? 0)) ?? wanted(members, slot)?.layers.at(-1),
        );
    tellDemands(members);
  }

  function tellDemands(members: ReadonlyMap<string, Member> | undefined): void {
    for (const { call, id, sources } of members?.values() ?? []) {
      let changed = false;
      const demand = sources.map((source): CallDemand => {
        const takers = source.layers.flatMap((layer) => layer.takers);
        // Sound has no height, and still somebody listens.
        const height = Math.max(0, ...takers.map(({ want }) => (source.kind === 'audio' ? 1 : (want?.height ?? 0))));
        changed ||= source.demand !== height;
        source.demand = height;
        return { source: source.source, height };
      });
      if (changed) events.onDemand(call, id, demand);
    }
  }

  return {
    async join(call, id, offer) {
      checkOffer(offer);
      const before = membersByCall.get(call)?.get(id);
      if (before === undefined) {
        if ((membersByCall.get(call)?.size ?? 0) >= LIMITS.callMembers || membersByUfrag.size >= limits.members)
          throw new CodedError('call_full');
      } else remove(before);
      const member = admit(call, id, offer);
      const members = membersByCall.get(call) ?? new Map<string, Member>();
      membersByCall.set(call, members.set(id, member));
      membersByUfrag.set(member.ufrag, member);
      route(members);
      const { ufrag, pwd } = member;
      return { ufrag, pwd, fingerprint: ports.certificate.fingerprint, candidates: ports.candidates() };
    },
    want(call, id, wants: readonly CallWant[]) {
      const members = membersByCall.get(call);
      const member = members?.get(id);
      if (members === undefined || member === undefined) return;
      for (const slot of member.slots) slot.want = undefined;
      for (const want of wants) {
        const slot = member.slots[want.slot];
        if (slot !== undefined) slot.want = want;
      }
      route(members);
    },
    leave(call, id) {
      const member = membersByCall.get(call)?.get(id);
      if (member !== undefined) remove(member);
    },
    async close() {
      cancelTick();
      for (const member of membersByUfrag.values()) remove(member);
    },
    receive(protocol, from, datagram) {
      const kind = packetKindOf(datagram);
      if (kind === 'stun') return takeStun(protocol, from, datagram);
      const path = kind === undefined ? undefined : paths.find(protocol, from);
      if (path === undefined) return;
      const { member } = path;
      if (kind === 'rtp') takeRtp(member, datagram);
      else if (kind === 'rtcp') takeRtcp(member, datagram);
      else {
        // Until it says where it wants to be, it is where it speaks from.
        if (!member.hasMoved) member.path = path;
        member.transport.takeDtls(datagram);
      }
    },
    knows: (protocol, remote) => paths.find(protocol, remote) !== undefined,
    lose(protocol, remote) {
      const path = paths.find(protocol, remote);
      if (path !== undefined) forget(path);
    },
  };
}

/** What a member is told, and the relay. */
function codeOf(why: DtlsEnd): string {
  return why === 'closed_by_peer' || why === 'timed_out' ? 'call_silent' : 'call_refused';
}
