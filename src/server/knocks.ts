import { encodeFrame, fromHex, type RelayFrame, toHex } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import type { Follower, Followers } from './followers.ts';
import { createRefusals } from './refusals.ts';
import { createLeakyCount } from './leaky-count.ts';
import type { RelayLimits } from './server-limits.ts';
import { createTally } from './tally.ts';

/**
 * Who waits at which door, as long as its connection lives. A device has one knock at a room, its newest. Strangers knock, so all of it is
 * bounded, and each knock that wakes the members costs its address something.
 */
export interface Knocks<F extends Follower> {
  /**
   * @param body null where it is known to be sealed to a key that is no more: it waits, and the members are told nothing until it comes anew
   * @returns the code of a refusal, or undefined when it waits
   */
  add(room: Uint8Array, who: F, address: string, body: Uint8Array | null): 'too_many_knocks' | 'knock_refused' | undefined;
  /** It was withdrawn, or the device is inside. */
  end(room: Uint8Array, deviceKey: string): void;
  /** A member said no: the knocker is told, and may not knock again for a while. */
  deny(room: Uint8Array, deviceKey: string): void;
  /** The knock key changed: no body can be opened any more. @returns who is to seal a new one */
  unseal(room: Uint8Array): F[];
  /** What members are to be told. */
  waiting(room: Uint8Array): Array<{ readonly device: Uint8Array; readonly body: Uint8Array }>;
  /** The connection is gone. */
  drop(who: F): void;
}

interface Knock<F> {
  readonly room: Uint8Array;
  readonly who: F;
  readonly address: string;
  body: Uint8Array | null;
}

export function createKnocks<F extends Follower>(clock: Clock, { live }: Pick<Followers<F>, 'live'>, limits: RelayLimits): Knocks<F> {
  const knocksByRoom = new Map<string, Map<string, Knock<F>>>();
  const knocksByFollower = new Map<F, Set<Knock<F>>>();
  const waitingByAddress = createTally();
  const refusals = createRefusals(clock, limits);
  const wakings = createLeakyCount(clock, { fall: limits.knockPause, most: limits.knockBurst, keys: limits.knockingAddresses });
  let total = 0;

  const find = (room: Uint8Array, deviceKey: string) => knocksByRoom.get(toHex(room))?.get(deviceKey);

  function tell(room: Uint8Array, frame: RelayFrame): void {
    const run = encodeFrame(frame);
    for (const follower of [...live(room)]) follower.send(run);
  }

  function isFull(room: Uint8Array, address: string, before: Knock<F> | undefined): boolean {
    if (before?.address !== address && waitingByAddress.of(address) >= limits.knocks) return true;
    if (before) return false;
    const atDoor = [...(knocksByRoom.get(toHex(room))?.values() ?? [])];
    const own = atDoor.filter((knock) => knock.address === address).length;
    // No address takes more than it leaves: one alone cannot keep all others from the door.
    return total >= limits.knocksInAll || own >= limits.knocks - atDoor.length;
  }

  function put(knock: Knock<F>): void {
    const room = toHex(knock.room);
    knocksByRoom.set(room, (knocksByRoom.get(room) ?? new Map()).set(knock.who.deviceKey, knock));
    knocksByFollower.set(knock.who, (knocksByFollower.get(knock.who) ?? new Set()).add(knock));
    waitingByAddress.add(knock.address);
    total += 1;
  }

  function remove(knock: Knock<F>): void {
    const room = toHex(knock.room);
    const atDoor = knocksByRoom.get(room);
    atDoor?.delete(knock.who.deviceKey);
    if (atDoor?.size === 0) knocksByRoom.delete(room);
    const own = knocksByFollower.get(knock.who);
    own?.delete(knock);
    if (own?.size === 0) knocksByFollower.delete(knock.who);
    waitingByAddress.remove(knock.address);
    total -= 1;
  }

  /** Members hear of the end of what they heard of. */
  function finish(knock: Knock<F>): void {
    remove(knock);
    if (knock.body) tell(knock.room, { t: 'gone', room: knock.room, device: fromHex(knock.who.deviceKey) as Uint8Array });
  }

  return {
    add(room, who, address, body) {
      if (refusals.has(room, who.deviceKey)) return 'knock_refused';
      const before = find(room, who.deviceKey);
      if (isFull(room, address, before)) return 'too_many_knocks';
      // Who was asked for a new body pays nothing for it.
      if (body && before?.body !== null) {
        if (wakings.of(address) > limits.knockBurst - 1) return 'too_many_knocks';
        wakings.add(address);
      }
      if (before && !body) finish(before);
      else if (before) remove(before);
      // A copy: what came is a view of all that came with it.
      const knock = { room: room.slice(), who, address, body: body?.slice() ?? null };
      put(knock);
      if (body) tell(room, { t: 'knocking', room, device: fromHex(who.deviceKey) as Uint8Array, body });
      return undefined;
    },
    end(room, deviceKey) {
      const knock = find(room, deviceKey);
      if (knock) finish(knock);
    },
    deny(room, deviceKey) {
      const knock = find(room, deviceKey);
      if (!knock) return;
      refusals.add(room, deviceKey);
      finish(knock);
      knock.who.send(encodeFrame({ t: 'denied', room: knock.room } satisfies RelayFrame));
    },
    unseal(room) {
      const knocks = [...(knocksByRoom.get(toHex(room))?.values() ?? [])];
      for (const knock of knocks) {
        if (knock.body) tell(room, { t: 'gone', room, device: fromHex(knock.who.deviceKey) as Uint8Array });
        knock.body = null;
      }
      return knocks.map(({ who }) => who);
    },
    waiting: (room) =>
      Array.from(knocksByRoom.get(toHex(room)) ?? []).flatMap(([deviceKey, { body }]) =>
        body ? [{ device: fromHex(deviceKey) as Uint8Array, body }] : [],
      ),
    drop(who) {
      for (const knock of [...(knocksByFollower.get(who) ?? [])]) finish(knock);
    },
  };
}
