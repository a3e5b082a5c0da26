import { type CallAnswer, CodedError, LIMITS } from '../../../protocol/index.ts';
import { type DtlsCertificate, type DtlsEnd, packetKindOf } from '../../../rtc/index.ts';
import type { Clock } from '../../clock.ts';
import type { MediaEngine, MediaEvents } from '../media-engine.ts';
import { MEDIA_LIMITS, type MediaLimits } from '../media-limits.ts';
import { type Call, createCall } from './call.ts';
import { createMember, type Member } from './member.ts';
import { checkOffer } from './offer-check.ts';
import type { Protocol, Remote } from './paths.ts';
import { createReach } from './reach.ts';

/** What an SFU stands on; it opens no socket itself. */
export interface SfuPorts {
  /** Goes forward only, and knows fractions of milliseconds. */
  readonly clock: Clock;
  random(length: number): Uint8Array;
  readonly certificate: DtlsCertificate;
  /** Where it is reached, the best first. */
  candidates(): CallAnswer['candidates'];
  /** Does not throw; what cannot be sent is lost. `to` is what came with `receive`. */
  send(protocol: Protocol, to: Remote, packet: Buffer): void;
  readonly events: MediaEvents;
  /** Something is wrong with the program; the member in whose name it happened is out. */
  onFault(error: unknown): void;
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
  const callsByName = new Map<string, Call>();
  const members = new Set<Member>();
  const reach = createReach<Member>(limits);
  let cancelTick = clock.after(limits.tick, tick);
  let due = clock.now() + limits.tick;
  let isClosed = false;

  function tick(): void {
    cancelTick = clock.after(limits.tick, tick);
    const now = clock.now();
    const isLate = now - due > LATE;
    due = now + limits.tick;
    for (const member of members) {
      if (isLate) member.downlink.excuse(now);
      if (now - member.heard > limits.silence) end(member, 'call_silent');
      else {
        try {
          member.poll(now);
        } catch (error) {
          fail(error, member);
        }
      }
    }
    for (const call of callsByName.values()) call.tellDemands(now);
  }

  const memberPorts = {
    certificate: ports.certificate,
    now: clock.now,
    random: ports.random,
    send: ports.send,
    onEnd: (member: Member, why: DtlsEnd) => end(member, codeOf(why)),
  };

  function remove(member: Member): void {
    if (member.isGone) return;
    member.isGone = true;
    members.delete(member);
    const call = callsByName.get(member.call);
    call?.remove(member, clock.now());
    if (call?.size === 0) callsByName.delete(member.call);
    member.transport.close();
    reach.remove(member);
  }

  function end(member: Member, code: string): void {
    if (member.isGone) return;
    remove(member);
    events.onEnded(member.call, member.id, code);
  }

  /** What nobody has foreseen ends the stay of the one in whose name it happened, and never the process with everybody's calls. */
  function fail(error: unknown, member: Member | undefined): void {
    ports.onFault(error);
    if (member !== undefined) end(member, 'call_lost');
  }

  const find = (call: string, id: string) => callsByName.get(call)?.get(id);

  return {
    async join(name, id, offer) {
      if (isClosed) throw new CodedError('no_calls');
      checkOffer(offer);
      const before = find(name, id);
      if (before !== undefined) remove(before);
      const call = callsByName.get(name) ?? createCall((member, demand) => events.onDemand(name, member.id, demand));
      if (call.size >= LIMITS.callMembers || members.size >= limits.members) throw new CodedError('call_full');
      callsByName.set(name, call);
      const member = createMember({ call: name, id, offer }, memberPorts, limits);
      members.add(member);
      reach.add(member);
      call.add(member, clock.now());
      const { ufrag, pwd } = member;
      return { ufrag, pwd, fingerprint: ports.certificate.fingerprint, candidates: ports.candidates() };
    },
    want(call, id, wants) {
      const member = find(call, id);
      if (member !== undefined) callsByName.get(call)?.want(member, wants, clock.now());
    },
    leave(call, id) {
      const member = find(call, id);
      if (member !== undefined) remove(member);
    },
    async close() {
      isClosed = true;
      cancelTick();
      for (const member of members) remove(member);
    },
    receive(protocol, from, datagram) {
      const kind = packetKindOf(datagram);
      if (kind === undefined) return;
      const now = clock.now();
      let member: Member | undefined;
      try {
        if (kind === 'stun') {
          const answer = reach.check(protocol, from, datagram, now);
          if (answer !== undefined) ports.send(protocol, from, answer);
          return;
        }
        const path = reach.find(protocol, from);
        if (path === undefined) return;
        member = path.who;
        if (kind === 'rtp') member.takeRtp(datagram, now);
        else if (kind === 'rtcp') member.takeRtcp(datagram, now);
        else member.takeDtls(path, datagram);
      } catch (error) {
        fail(error, member);
      }
    },
    knows: (protocol, remote) => reach.find(protocol, remote) !== undefined,
    lose: reach.lose,
  };
}

/** ms that a turn of the clock is late where somebody else has the processor, or we have too much to do: a queue of that length would be one. */
const LATE = 40;

/** What a member is told, and the relay. */
function codeOf(why: DtlsEnd): string {
  return why === 'closed_by_peer' || why === 'timed_out' ? 'call_silent' : 'call_refused';
}
