import { equalBytes, fromHex } from '../../protocol/index.ts';
import type { CallMember, CallView } from '../api.ts';
import type { CallWord } from '../ephemeral/index.ts';
import { nameOf } from '../room/items.ts';
import type { RoomState } from '../room/state.ts';
import type { OwnCall } from './own-call.ts';
import { hear, ringer, type Rings, silence } from './ringing.ts';
import { comingBack, emptyRoster, nextEnd, present, type Roster } from './roster.ts';
import { bitsOf, sourcesOf } from './source-bits.ts';

/** What is known of one room's call, and what people see of it. */
export interface RoomCall {
  roster: Roster;
  /** The relay has said who is in, on this connection. */
  heardList: boolean;
  /** As it was shown last. */
  shown: CallView | null;
  /** Others, by the relay's word and their own. */
  others(now: number): readonly CallMember[];
  /** @param own the call that this device is in, where it is this room's */
  view(own: OwnCall | null, now: number): CallView | null;
  /** Rings no more for what rings now. */
  dismiss(): void;
  /** When the view is another one though nothing happens. */
  nextChange(now: number): number | undefined;
}

/** @param stateNow of the room: another one where it was loaded again */
export function createRoomCall(stateNow: () => RoomState, own: string): RoomCall {
  let rings: Rings = new Map();

  const isMember = (device: string) => {
    const state = stateNow();
    const bytes = fromHex(device);
    return !state.record.departed[device] && bytes !== undefined && (state.group?.members.some((one) => equalBytes(one, bytes)) ?? false);
  };
  const isOther = ([device]: readonly [string, CallWord]) => device !== own;
  const there = (now: number) => present(self.roster, isMember, now).filter(isOther);

  function memberOf([device, { sources, hand, since }]: readonly [string, CallWord]): CallMember {
    return { device, name: nameOf(stateNow(), device), own: false, sources: sourcesOf(sources), hand, since };
  }

  /** This device, or another one of the same person, is in: nobody is called here any more. */
  function isAnswered(others: ReadonlyArray<readonly [string, CallWord]>, call: OwnCall | null): boolean {
    const state = stateNow();
    const name = nameOf(state, own) || state.record.name;
    const elsewhere = others.some(([device, { ring }]) => !ring && name !== '' && nameOf(state, device) === name);
    return call !== null || self.roster.listed.includes(own) || elsewhere;
  }

  function ringing(others: ReadonlyArray<readonly [string, CallWord]>, call: OwnCall | null, now: number): CallView['ringing'] {
    rings = hear(rings, others, now);
    if (isAnswered(others, call)) rings = silence(rings);
    // Without a connection nobody could answer.
    const caller = self.heardList ? ringer(rings, others, now) : undefined;
    return caller ? { device: caller.device, name: nameOf(stateNow(), caller.device) } : null;
  }

  const self: RoomCall = {
    roster: emptyRoster,
    heardList: false,
    shown: null,
    others: (now) => there(now).map(memberOf),
    view(call, now) {
      const state = stateNow();
      const inNow = there(now);
      const ring = ringing(inNow, call, now);
      const others = [...comingBack(self.roster, isMember, now).filter(isOther), ...inNow];
      const stage = call?.stage ?? null;
      if (others.length === 0 && !call) return null;
      const me: CallMember[] =
        call && stage?.at === 'in'
          ? [
              {
                device: own,
                name: nameOf(state, own) || state.record.name,
                own: true,
                sources: sourcesOf(bitsOf(call.sources)),
                hand: call.hand,
                since: call.since,
              },
            ]
          : [];
      const place = self.roster.listed.indexOf(own);
      const before = place < 0 ? others : others.filter(([device]) => self.roster.listed.indexOf(device) < place);
      return {
        room: state.id,
        state: stage?.at ?? 'out',
        members: [...before.map(memberOf), ...me, ...others.slice(before.length).map(memberOf)],
        ringing: ring,
        error: stage?.at === 'waiting' ? stage.error : null,
      };
    },
    dismiss: () => void (rings = silence(rings)),
    nextChange(now) {
      const ends = [nextEnd(self.roster, now), ringer(rings, there(now), now)?.until].filter(
        (at) => at !== undefined && at > now,
      ) as number[];
      return ends.length > 0 ? Math.min(...ends) : undefined;
    },
  };
  return self;
}
