import type { CallAnswer, CallDemand, CallOffer, CallWant } from '../../protocol/index.ts';
import type { WantPacer } from './wants.ts';

/** One device in one room's call, from its first `call.join` on. */
export interface Membership<F> {
  readonly room: Uint8Array;
  /** Room and device in hex: what the engine knows them by. */
  readonly call: string;
  readonly member: string;
  readonly pacer: WantPacer;
  /** The connection that it is told over; undefined before it is in, and while that connection is lost. */
  holder: F | undefined;
  /** What it is in by; undefined before it is in. */
  terms: { readonly offer: CallOffer; readonly answer: CallAnswer } | undefined;
  /** What others take of it, as far as it was told. */
  demand: readonly CallDemand[];
  /** A `call.join` that the engine has not answered. */
  attempt: Attempt<F> | undefined;
  /** Puts off the end of one whose connection is lost. */
  cancelEnd: () => void;
}

export interface Attempt<F> {
  readonly who: F;
  readonly offer: CallOffer;
  /** What came meanwhile, from the device and from the engine. */
  wants?: readonly CallWant[];
  demand?: readonly CallDemand[];
  /** Resolves with the code for which it is given up. */
  readonly givenUp: Promise<string>;
  giveUp(code: string): void;
}

export function createAttempt<F>(who: F, offer: CallOffer): Attempt<F> {
  let giveUp = (_code: string): void => {};
  const givenUp = new Promise<string>((resolve) => (giveUp = resolve));
  return { who, offer, givenUp, giveUp };
}

/** Memberships by room and by device, bounded by whoever puts them in. */
export interface MembershipBook<F> {
  readonly size: number;
  find(call: string, member: string): Membership<F> | undefined;
  /** In the order in which they came. */
  inCall(call: string): ReadonlyArray<Membership<F>>;
  ofDevice(member: string): ReadonlyArray<Membership<F>>;
  all(): ReadonlyArray<Membership<F>>;
  add(membership: Membership<F>): void;
  remove(membership: Membership<F>): void;
}

export function createMembershipBook<F>(): MembershipBook<F> {
  const membersByCall = new Map<string, Map<string, Membership<F>>>();
  const membershipsByDevice = new Map<string, Set<Membership<F>>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    find: (call, member) => membersByCall.get(call)?.get(member),
    inCall: (call) => [...(membersByCall.get(call)?.values() ?? [])],
    ofDevice: (member) => [...(membershipsByDevice.get(member) ?? [])],
    all: () => [...membersByCall.values()].flatMap((members) => [...members.values()]),
    add(membership) {
      const { call, member } = membership;
      membersByCall.set(call, (membersByCall.get(call) ?? new Map()).set(member, membership));
      membershipsByDevice.set(member, (membershipsByDevice.get(member) ?? new Set()).add(membership));
      size += 1;
    },
    remove(membership) {
      const { call, member } = membership;
      const members = membersByCall.get(call);
      if (members?.get(member) !== membership) return;
      members.delete(member);
      if (members.size === 0) membersByCall.delete(call);
      const own = membershipsByDevice.get(member);
      own?.delete(membership);
      if (own?.size === 0) membershipsByDevice.delete(member);
      size -= 1;
    },
  };
}
