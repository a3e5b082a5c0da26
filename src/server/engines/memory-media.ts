import { CALL_SOURCES, type CallAnswer, type CallDemand, type CallWant, CodedError, LIMITS, toHex } from '../../protocol/index.ts';
import type { MediaEngine, MediaEvents } from '../media/media-engine.ts';
import { checkOffer, kindOf } from '../media/sfu/offer-check.ts';

/** An engine that forwards nothing, for simulations and tests of all that is around one. */
export interface MemoryMedia extends MediaEngine {
  /** Members by call. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  wants(call: string, member: string): readonly CallWant[];
  /** As if the engine had put it out. */
  end(call: string, member: string, code: string): void;
  /** As if it had died and been started again: everybody is out. */
  die(): void;
  /** Called for each join that waits; what it returns is awaited before the answer. */
  hold: () => Promise<void>;
}

export function createMemoryMedia(events: MediaEvents): MemoryMedia {
  const membersByCall = new Map<string, Set<string>>();
  const wantsByMember = new Map<string, readonly CallWant[]>();
  const toldByMember = new Map<string, string>();
  let joined = 0;
  let closed = false;
  const keyOf = (call: string, member: string) => `${call} ${member}`;

  function demandOf(call: string, member: string): CallDemand[] {
    const wants = [...(membersByCall.get(call) ?? [])]
      .filter((other) => other !== member)
      .flatMap((other) => wantsByMember.get(keyOf(call, other)) ?? [])
      .filter(({ device }) => toHex(device) === member);
    return CALL_SOURCES.flatMap((source) => {
      // Sound has no height, and still somebody listens.
      const heights = wants.filter((want) => want.source === source).map((want) => (kindOf(source) === 'audio' ? 1 : want.height));
      return heights.length > 0 ? [{ source, height: Math.max(...heights) }] : [];
    });
  }

  function tellDemand(call: string): void {
    for (const member of membersByCall.get(call) ?? []) {
      const demand = demandOf(call, member);
      const told = JSON.stringify(demand);
      if ((toldByMember.get(keyOf(call, member)) ?? '[]') === told) continue;
      toldByMember.set(keyOf(call, member), told);
      events.onDemand(call, member, demand);
    }
  }

  function forget(call: string, member: string): boolean {
    wantsByMember.delete(keyOf(call, member));
    toldByMember.delete(keyOf(call, member));
    const members = membersByCall.get(call);
    const was = members?.delete(member) ?? false;
    if (members?.size === 0) membersByCall.delete(call);
    return was;
  }

  const engine: MemoryMedia = {
    members: membersByCall,
    wants: (call, member) => wantsByMember.get(keyOf(call, member)) ?? [],
    hold: async () => {},
    async join(call, member, offer) {
      await engine.hold();
      checkOffer(offer);
      if (closed) throw new CodedError('no_calls');
      const known = membersByCall.get(call) ?? new Set();
      if (!known.has(member) && known.size >= LIMITS.callMembers) throw new CodedError('call_full');
      forget(call, member);
      membersByCall.set(call, (membersByCall.get(call) ?? new Set()).add(member));
      // Those who wanted it before it was there.
      queueMicrotask(() => tellDemand(call));
      return answerOf((joined += 1));
    },
    want(call, member, wants) {
      if (!membersByCall.get(call)?.has(member)) return;
      wantsByMember.set(keyOf(call, member), wants);
      tellDemand(call);
    },
    leave(call, member) {
      if (forget(call, member)) tellDemand(call);
    },
    async close() {
      closed = true;
      membersByCall.clear();
    },
    end(call, member, code) {
      if (!forget(call, member)) return;
      events.onEnded(call, member, code);
      tellDemand(call);
    },
    die() {
      const all = [...membersByCall].flatMap(([call, members]) => [...members].map((member) => [call, member] as const));
      membersByCall.clear();
      wantsByMember.clear();
      toldByMember.clear();
      for (const [call, member] of all) events.onEnded(call, member, 'call_lost');
    },
  };
  return engine;
}

/** Another one for each join, so that tests can tell them apart. */
const answerOf = (number: number): CallAnswer => ({
  ufrag: `relay${number}`,
  pwd: 'of-no-use-at-all-but-long-enough'.replaceAll('-', '+'),
  fingerprint: new Uint8Array(32).fill(number % 256),
  candidates: [{ protocol: 'udp', address: '127.0.0.1', port: 9 }],
});
