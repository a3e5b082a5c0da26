import type { CallDemand, CallWant } from '../../../protocol/index.ts';
import type { Slot } from './downlink.ts';
import type { Member } from './member.ts';
import { kindOf } from './offer-check.ts';
import type { Source } from './uplink.ts';

/** Who is in one call, and what goes from whom to whom. */
export interface Call {
  readonly size: number;
  get(id: string): Member | undefined;
  add(member: Member): void;
  /** Nothing goes to it or comes from it any more. */
  remove(member: Member): void;
  want(member: Member, wants: readonly CallWant[]): void;
}

export function createCall(onDemand: (member: Member, demand: readonly CallDemand[]) => void): Call {
  const members = new Map<string, Member>();
  /** What was said last. */
  const demandsBySource = new WeakMap<Source, number>();

  function find(owner: Member, { kind, want }: Slot): Source | undefined {
    if (want === undefined || kindOf(want.source) !== kind) return undefined;
    const from = members.get(Buffer.from(want.device).toString('hex'));
    return from === owner ? undefined : from?.uplink.sources.find(({ source }) => source === want.source);
  }

  function route(): void {
    for (const member of members.values()) for (const slot of member.downlink.slots) member.downlink.place(slot, find(member, slot));
    for (const member of members.values()) tellDemand(member);
  }

  function tellDemand(member: Member): void {
    const { sources } = member.uplink;
    const demand = sources.map((source): CallDemand => {
      // Sound has no height, and still somebody listens.
      const heights = source.takers.map(({ kind, want }) => (kind === 'audio' ? 1 : (want?.height ?? 0)));
      return { source: source.source, height: Math.max(0, ...heights) };
    });
    const isNews = sources.some((source, i) => (demandsBySource.get(source) ?? 0) !== demand[i]?.height);
    sources.forEach((source, i) => demandsBySource.set(source, demand[i]?.height ?? 0));
    if (isNews) onDemand(member, demand);
  }

  return {
    get size() {
      return members.size;
    },
    get: (id) => members.get(id),
    add(member) {
      members.set(member.id, member);
      route();
    },
    remove(member) {
      members.delete(member.id);
      for (const slot of member.downlink.slots) member.downlink.place(slot, undefined);
      route();
    },
    want(member, wants) {
      for (const slot of member.downlink.slots) slot.want = undefined;
      for (const want of wants) {
        const slot = member.downlink.slots[want.slot];
        if (slot !== undefined) slot.want = want;
      }
      route();
    },
  };
}
