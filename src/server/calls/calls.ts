import {
  type CallAnswer,
  type CallOffer,
  type ClientFrames,
  CodedError,
  encodeFrame,
  encodeValue,
  equalBytes,
  fromHex,
  type RelayFrame,
  type RelayFrames,
  toHex,
} from '../../protocol/index.ts';
import type { Clock } from '../clock.ts';
import type { Follower, Followers } from '../followers.ts';
import { createLeakyCount } from '../leaky-count.ts';
import type { MediaEngine, MediaEvents } from '../media/media-engine.ts';
import { checkOffer } from '../media/sfu/offer-check.ts';
import type { RelayEvent } from '../relay-events.ts';
import type { Rooms } from '../rooms.ts';
import type { RelayLimits } from '../server-limits.ts';
import { type Attempt, createAttempt, createMembershipBook, type Membership } from './membership.ts';
import { checkWants, createWantPacer } from './wants.ts';

/**
 * The book of calls: which devices are in which room's call. The engine forwards for those that stand here and for nobody else. Each device is
 * told over one connection; where that is lost its media go on for a while, and who comes back with the same offer goes on in them.
 */
export interface Calls<F extends Follower> {
  /**
   * Answers with `call.joined`.
   * Rejects with CodedError `unknown_room`, `no_calls`, `bad_offer`, `call_full`, `too_many_calls`; with `not_in_call` or `call_replaced` where it was
   * given up meanwhile.
   */
  join(frame: ClientFrames['call.join'], who: F): Promise<void>;
  /**
   * From a newer connection of a device in the call also: it is told over that one from now on. Nothing from any other, as it may cross the end.
   * @throws CodedError `bad_frame`
   */
  want(frame: ClientFrames['call.want'], who: F): void;
  leave(room: Uint8Array, who: F): void;
  /** Who is in; empty where there is no call. */
  members(room: Uint8Array): Uint8Array[];
  /** The device is in the room no more. */
  remove(room: Uint8Array, device: string): void;
  /** The connection is gone. */
  drop(who: F): void;
  /** Ends all calls. */
  close(): void;
}

export interface CallPorts<F extends Follower> {
  readonly clock: Clock;
  readonly rooms: Pick<Rooms, 'get'>;
  readonly followers: Pick<Followers<F>, 'live'>;
  /** Of two connections of one device, which came later. */
  readonly isNewer: (who: F, than: F) => boolean;
  readonly emit: (event: RelayEvent) => void;
  /** Makes the engine; undefined where there are no calls. */
  readonly media: ((events: MediaEvents) => MediaEngine) | undefined;
}

export function createCalls<F extends Follower>(ports: CallPorts<F>, limits: RelayLimits): Calls<F> {
  const { clock, rooms, followers, isNewer, emit } = ports;
  const book = createMembershipBook<F>();
  const joins = createLeakyCount(clock, { fall: limits.callJoinPause, most: limits.callJoins, keys: limits.callJoiners });
  const engine = ports.media?.({ onEnded, onDemand });
  let closed = false;

  const tell = (who: F | undefined, frame: RelayFrame): void => who?.send(encodeFrame(frame));
  const isMember = (room: Uint8Array, device: string): boolean => rooms.get(room)?.members.has(device) === true;

  const members = (room: Uint8Array): Uint8Array[] =>
    book.inCall(toHex(room)).flatMap(({ terms, member }) => (terms ? [fromHex(member) as Uint8Array] : []));

  /** A new list also where a member came anew: the others have to say to it what they said before. */
  function announce(room: Uint8Array): void {
    if (closed) return;
    const frame = { t: 'call.members', room, members: members(room) } satisfies RelayFrame;
    const run = encodeFrame(frame);
    for (const follower of [...followers.live(room)]) follower.send(run);
    emit({ event: 'call', room: toHex(room), members: frame.members.length });
  }

  /** @throws CodedError `bad_offer` */
  function findObstacle({ room, offer }: ClientFrames['call.join'], who: F, known: Membership<F> | undefined): string | undefined {
    if (!isMember(room, who.deviceKey)) return 'unknown_room';
    if (!engine || closed) return 'no_calls';
    checkOffer(offer);
    if (joins.of(who.deviceKey) > limits.callJoins - 1) return 'too_many_calls';
    if (known) return undefined;
    if (book.ofDevice(who.deviceKey).length >= limits.callsPerDevice) return 'too_many_calls';
    const full = book.inCall(toHex(room)).length >= limits.callMembers || book.size >= limits.callMembersInAll;
    return full ? 'call_full' : undefined;
  }

  function begin(room: Uint8Array, member: string): Membership<F> {
    const call = toHex(room);
    const pacer = createWantPacer(clock, limits.callWantPause, (wants) => engine?.want(call, member, wants));
    // A copy: what came is a view of all that came with it.
    const own = { room: room.slice(), call, member, pacer, demand: [], cancelEnd: () => {} };
    const membership: Membership<F> = { ...own, holder: undefined, terms: undefined, attempt: undefined };
    book.add(membership);
    return membership;
  }

  async function join(frame: ClientFrames['call.join'], who: F): Promise<void> {
    const known = book.find(toHex(frame.room), who.deviceKey);
    const obstacle = findObstacle(frame, who, known);
    if (obstacle) throw new CodedError(obstacle);
    joins.add(who.deviceKey);
    // The media never stopped: a device that comes back goes on in them.
    if (known?.terms && !known.attempt && isSame(known.terms.offer, frame.offer)) {
      return hold(known, who, { t: 'call.joined', q: frame.q, answer: known.terms.answer });
    }
    const membership = known ?? begin(frame.room, who.deviceKey);
    membership.attempt?.giveUp('call_replaced');
    const attempt = createAttempt(who, copyOf(frame.offer));
    membership.attempt = attempt;
    const outcome = await ask(membership, attempt);
    // Whoever gave it up has seen to the rest.
    if (membership.attempt !== attempt) throw new CodedError(typeof outcome === 'string' ? outcome : 'call_replaced');
    if (typeof outcome !== 'string') return admit(membership, attempt, outcome, frame.q);
    end(membership, outcome, who);
    throw new CodedError(outcome);
  }

  /** @returns the answer, or the code for which there is none: an engine that says nothing holds nobody up */
  async function ask({ call, member }: Membership<F>, { offer, givenUp }: Attempt<F>): Promise<CallAnswer | string> {
    let cancel = (): void => {};
    const late = new Promise<string>((resolve) => (cancel = clock.after(limits.callJoinTime, () => resolve('no_calls'))));
    const answer = (engine as MediaEngine).join(call, member, offer).catch((error: unknown) => {
      if (error instanceof CodedError) return error.code;
      emit({ event: 'fault', error });
      return 'no_calls';
    });
    const outcome = await Promise.race([answer, late, givenUp]);
    cancel();
    // An answer that nobody waits for any more: the engine may have heard of the end before it began.
    if (typeof outcome === 'string') void answer.then(() => book.find(call, member) ?? engine?.leave(call, member));
    return outcome;
  }

  function admit(membership: Membership<F>, { who, offer, wants, demand = [] }: Attempt<F>, answer: CallAnswer, q: number): void {
    membership.attempt = undefined;
    membership.terms = { offer, answer };
    membership.demand = demand;
    hold(membership, who, { t: 'call.joined', q, answer });
    membership.pacer.stop();
    if (wants) membership.pacer.put(wants);
    announce(membership.room);
  }

  /** It is told over this connection from now on. @param answer of the join that it came by, where it did not come back without one */
  function hold(membership: Membership<F>, who: F, answer?: RelayFrames['call.joined']): void {
    const { room, holder, demand } = membership;
    membership.cancelEnd();
    membership.holder = who;
    if (holder !== who) tell(holder, { t: 'call.ended', room, code: 'call_replaced' });
    if (answer) tell(who, answer);
    if (demand.length > 0) tell(who, { t: 'call.demand', room, demand: [...demand] });
  }

  /** It is out, by whoever's doing. `code`: what its connection is told, unless that is `informed` already. */
  function end(membership: Membership<F>, code: string, informed?: F): void {
    const { room, call, member, holder, attempt } = membership;
    book.remove(membership);
    membership.cancelEnd();
    membership.pacer.stop();
    membership.attempt = undefined;
    attempt?.giveUp(code);
    engine?.leave(call, member);
    if (holder !== informed) tell(holder, { t: 'call.ended', room, code });
    if (membership.terms) announce(room);
  }

  function onEnded(call: string, member: string, code: string): void {
    const membership = book.find(call, member);
    // While it joins anew this is about what it had before.
    if (membership?.terms && !membership.attempt) end(membership, code);
  }

  function onDemand(call: string, member: string, demand: Membership<F>['demand']): void {
    const membership = book.find(call, member);
    if (!membership) return;
    if (membership.attempt) membership.attempt.demand = demand;
    else {
      membership.demand = demand;
      tell(membership.holder, { t: 'call.demand', room: membership.room, demand: [...demand] });
    }
  }

  function loseHolder(membership: Membership<F>, who: F): void {
    const { attempt } = membership;
    // What it joined with was never answered: there is nothing to keep.
    if (attempt?.who === who) return end(membership, 'call_replaced', who);
    if (membership.holder !== who) return;
    membership.holder = undefined;
    if (!attempt) membership.cancelEnd = clock.after(limits.callKept, () => end(membership, 'call_lost'));
  }

  return {
    join,
    want({ room, wants }, who) {
      const membership = book.find(toHex(room), who.deviceKey);
      if (!membership) return;
      const { attempt, terms, holder, pacer } = membership;
      // A copy, as its devices are views of all that came with it.
      const own = wants.map((want) => ({ ...want, device: want.device.slice() }));
      if (attempt?.who === who) {
        checkWants(wants, attempt.offer);
        attempt.wants = own;
      } else if (terms && !attempt && (!holder || holder === who || isNewer(who, holder))) {
        checkWants(wants, terms.offer);
        if (holder !== who) hold(membership, who);
        pacer.put(own);
      }
    },
    leave(room, who) {
      const membership = book.find(toHex(room), who.deviceKey);
      if (!membership) return;
      const { attempt, holder } = membership;
      // A connection that was replaced takes nobody out; one that came after a lost one does.
      const may = attempt ? attempt.who === who : holder === undefined || holder === who;
      if (may) end(membership, attempt ? 'not_in_call' : 'call_left', who);
    },
    members,
    remove(room, device) {
      const membership = book.find(toHex(room), device);
      if (membership) end(membership, 'unknown_room');
    },
    drop(who) {
      for (const membership of book.ofDevice(who.deviceKey)) loseHolder(membership, who);
    },
    close() {
      closed = true;
      for (const membership of book.all()) end(membership, 'call_lost', membership.holder);
    },
  };
}

/** What comes from a link is a view of all that came with it. */
const copyOf = (offer: CallOffer): CallOffer => ({ ...offer, fingerprint: offer.fingerprint.slice() });

const isSame = (one: CallOffer, other: CallOffer): boolean => equalBytes(encodeValue(one), encodeValue(other));
