import { encodeFrame, fromHex, type RelayFrame, toHex } from '../protocol/index.ts';
import type { RelayLimits } from './server-limits.ts';

/** A connection that may follow rooms. */
export interface Follower {
  readonly deviceKey: string;
  send(run: Uint8Array): void;
}

/** Who is sent what happens in a room. A device is *here* while at least one of its connections follows the room. */
export interface Followers<F extends Follower> {
  /** Stops sending to `follower` while a page is read for it; it stays here. */
  suspend(room: Uint8Array, follower: F): void;
  /** Follows from now on. */
  enter(room: Uint8Array, follower: F): void;
  /** Follows no more. */
  leave(room: Uint8Array, follower: F): void;
  /** Follows nothing any more. */
  drop(follower: F): void;
  /** Rooms (hex) that this connection follows. */
  roomsOf(follower: F): ReadonlySet<string>;
  live(room: Uint8Array): ReadonlySet<F>;
  /** Devices here, as many as a page may name. */
  here(room: Uint8Array): Uint8Array[];
}

interface Audience<F> {
  readonly live: Set<F>;
  readonly connectionsByDevice: Map<string, Set<F>>;
}

export function createFollowers<F extends Follower>(limits: RelayLimits): Followers<F> {
  const audiences = new Map<string, Audience<F>>();
  const roomsByFollower = new Map<F, Set<string>>();
  const nobody: ReadonlySet<F> = new Set();
  const nothing: ReadonlySet<string> = new Set();

  function announce(audience: Audience<F>, room: Uint8Array, from: F, here: boolean): void {
    const device = fromHex(from.deviceKey) as Uint8Array;
    const run = encodeFrame({ t: 'presence', room, device, here } satisfies RelayFrame);
    for (const follower of audience.live) if (follower !== from) follower.send(run);
  }

  function leave(room: Uint8Array, follower: F): void {
    const key = toHex(room);
    const audience = audiences.get(key);
    const connections = audience?.connectionsByDevice.get(follower.deviceKey);
    if (!audience || !connections?.delete(follower)) return;
    audience.live.delete(follower);
    roomsByFollower.get(follower)?.delete(key);
    if (connections.size > 0) return;
    audience.connectionsByDevice.delete(follower.deviceKey);
    if (audience.connectionsByDevice.size === 0) audiences.delete(key);
    else announce(audience, room, follower, false);
  }

  return {
    suspend(room, follower) {
      audiences.get(toHex(room))?.live.delete(follower);
    },
    enter(room, follower) {
      const key = toHex(room);
      const audience = audiences.get(key) ?? { live: new Set(), connectionsByDevice: new Map() };
      audiences.set(key, audience);
      audience.live.add(follower);
      const rooms = roomsByFollower.get(follower) ?? new Set();
      roomsByFollower.set(follower, rooms.add(key));
      const connections = audience.connectionsByDevice.get(follower.deviceKey);
      if (connections) connections.add(follower);
      else {
        audience.connectionsByDevice.set(follower.deviceKey, new Set([follower]));
        announce(audience, room, follower, true);
      }
    },
    leave,
    drop(follower) {
      for (const room of roomsByFollower.get(follower) ?? []) leave(fromHex(room) as Uint8Array, follower);
      roomsByFollower.delete(follower);
    },
    roomsOf: (follower) => roomsByFollower.get(follower) ?? nothing,
    live: (room) => audiences.get(toHex(room))?.live ?? nobody,
    here(room) {
      const devices = audiences.get(toHex(room))?.connectionsByDevice.keys() ?? [];
      return Array.from(devices)
        .slice(0, limits.members)
        .map((device) => fromHex(device) as Uint8Array);
    },
  };
}
