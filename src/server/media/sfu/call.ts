import type { CallDemand, CallWant } from '../../../protocol/index.ts';
import type { Slot } from './downlink.ts';
import type { Member } from './member.ts';
import { kindOf } from './offer-check.ts';
import type { Source } from './uplink.ts';

/** Who is in one call, and what goes from whom to whom. */
export interface Call {
  readonly size: number;
  get(id: string): Member | undefined;
  add(member: Member, now: number): void;
  /** Nothing goes to it or comes from it any more. */
  remove(member: Member, now: number): void;
  want(member: Member, wants: readonly CallWant[], now: number): void;
  /** Tells members what is taken of them, where that is something new. */
  tellDemands(now: number): void;
}

export function createCall(onDemand: (member: Member, demand: readonly CallDemand[]) => void): Call {
  const members = new Map<string, Member>();

  function find(owner: Member, { kind, want }: Slot): Source | undefined {
    if (want === undefined || kindOf(want.source) !== kind) return undefined;
    const from = members.get(Buffer.from(want.device).toString('hex'));
    return from === owner ? undefined : from?.uplink.sources.find(({ source }) => source === want.source);
  }

  /** @param some whose slots others have come or gone for, or who wants something else */
  function route(some: Iterable<Member>, now: number): void {
    for (const member of some) {
      for (const slot of member.downlink.slots) member.downlink.place(slot, find(member, slot));
      member.downlink.share(now);
    }
    tellDemands(now);
  }

  function tellDemands(now: number): void {
    for (const member of members.values()) {
      let isNews = false;
      for (const source of member.uplink.sources) {
        source.demand.set(takenOf(source), now);
        const height = source.demand.poll(now);
        if (height === undefined || height === source.told) continue;
        source.told = height;
        isNews = true;
      }
      if (isNews)
        onDemand(
          member,
          member.uplink.sources.map(({ source, told }) => ({ source, height: told })),
        );
    }
  }

  return {
    get size() {
      return members.size;
    },
    get: (id) => members.get(id),
    add(member, now) {
      members.set(member.id, member);
      route(members.values(), now);
    },
    remove(member, now) {
      members.delete(member.id);
      for (const slot of member.downlink.slots) member.downlink.place(slot, undefined);
      route(members.values(), now);
    },
    want(member, wants, now) {
      for (const slot of member.downlink.slots) slot.want = undefined;
      for (const want of wants) {
        const slot = member.downlink.slots[want.slot];
        if (slot !== undefined) slot.want = want;
      }
      route([member], now);
    },
    tellDemands,
  };
}

/** The most that anybody takes, as far as it gets it. */
function takenOf({ kind, layers, takers }: Source): number {
  let most = 0;
  for (const { want, level } of takers) {
    if (level === undefined || want === undefined) continue;
    // Sound has no height, and still somebody listens.
    const height = kind === 'audio' ? 1 : Math.min(want.height, layers[level]?.height || want.height);
    if (height > most) most = height;
  }
  return most;
}
