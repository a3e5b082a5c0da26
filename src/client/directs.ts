import { GroupError, readKeyPackage, welcomeRefs } from '../crypto/index.ts';
import { CodedError, equalBytes, fromHex, type RelayFrames, SIZES, toHex } from '../protocol/index.ts';
import { signProfile } from './content/index.ts';
import type { KeyPackages } from './key-packages.ts';
import { peerLeft } from './room/direct.ts';
import { prepareFounding, request } from './room/entering.ts';
import { tellArrival } from './room/knocking.ts';
import { enqueue } from './room/outbox.ts';
import type { Room } from './room/room.ts';
import type { RoomPorts } from './room/state.ts';
import { viewOf } from './room/view.ts';
import { learnNames, openWelcome, readWelcome } from './room/welcome.ts';
import type { Rooms } from './rooms.ts';

/** Rooms of two: begun here with a key package of the other one, or by another with one of ours. */
export interface Directs {
  /** The room of two with a member of `room`. @throws CodedError `no_such_member`, `direct_self`, `no_package`, `offline` */
  open(room: string, device: string, relay: Uint8Array): Promise<string>;
  /** Somebody began one with this device, or opened where another said no. Anything else that a Welcome may bring in is not taken. */
  take(frame: RelayFrames['admitted'], relay: Uint8Array): Promise<void>;
}

/** How often, and after how long, somebody who is here is asked for a key package again, ms. */
const PATIENCE = { tries: 8, pause: 500 };

export function createDirects(
  ports: RoomPorts,
  rooms: Rooms,
  packages: KeyPackages,
  begin: (...parameters: Parameters<Rooms['begin']>) => Promise<string>,
): Directs {
  const { identity, connection, random, clock } = ports;
  const own = toHex(identity.device);
  /** Being opened: asked twice, it is begun once. */
  const opening = new Map<string, Promise<string>>();
  /** Taken in, or told to be no good: the relay shows a Welcome again on each connection. */
  const handled = new Set<string>();

  function known(device: string, relay: Uint8Array): string | undefined {
    const found = rooms
      .at(relay)
      .filter(({ state }) => state.record.peer?.device === device && !peerLeft(state))
      .filter(({ state }) => state.record.phase === 'ready' || state.record.phase === 'founding')
      .map(({ state }) => state.id);
    // Two may begin at the same moment: both come to speak in the same one.
    return found.toSorted()[0];
  }

  async function begun(room: string, device: string, relay: Uint8Array): Promise<string> {
    const member = viewOf(rooms.get(room).state, ports).members.find((one) => one.device === device);
    if (!member) throw new CodedError('no_such_member');
    const key = fromHex(device) as Uint8Array;
    const keyPackage = await fetchPackage(key, member.here);
    const { name } = rooms.get(room).state.record;
    const id = toHex(random(SIZES.room));
    const start = { phase: 'founding', name, entrance: null, relay, peer: { device, name: member.name } } as const;
    return begin(id, start, async ({ state }, tx) => {
      await prepareFounding(state, ports, tx, { title: '', access: 'direct' });
      state.record.intents.push({ kind: 'admit', device, ...keyPackage, profile: null, instead: null });
    });
  }

  /** Who has only just come in has its key packages still under way. */
  async function fetchPackage(device: Uint8Array, isHere: boolean): Promise<{ keyPackage: Uint8Array; leaf: Uint8Array }> {
    for (let tries = isHere ? PATIENCE.tries : 1; ; tries--) {
      try {
        return await askForPackage(device);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'no_package' || tries <= 1) throw error;
      }
      await new Promise<void>((resolve) => void clock.after(PATIENCE.pause, resolve));
    }
  }

  async function askForPackage(device: Uint8Array): Promise<{ keyPackage: Uint8Array; leaf: Uint8Array }> {
    const answer = (await request(connection, { t: 'package', device })) as RelayFrames['package'];
    try {
      const { device: made, leafKey } = await readKeyPackage(answer.body);
      if (equalBytes(made, device)) return { keyPackage: answer.body, leaf: leafKey };
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
    }
    throw new CodedError('no_package');
  }

  async function takeIn({ room: bytes, welcome, seq, head }: RelayFrames['admitted'], relay: Uint8Array): Promise<void> {
    const id = toHex(bytes);
    const used = await packages.find(welcomeRefsOf(readWelcome(welcome).welcome));
    if (!used) throw new CodedError('cannot_open_welcome');
    const { group, inviter } = await openWelcome(ports, bytes, welcome, used);
    const door = used.knock?.room === id ? 'knock' : 'direct';
    if ((door === 'direct') !== (group.context.access === 'direct')) throw new CodedError('cannot_open_welcome');
    const device = toHex(inviter);
    const name = used.knock?.name ?? nameHere(relay);
    const peer = door === 'direct' ? { device, name: nameOf(device) } : null;
    const { room } = await rooms.begin(id, { phase: 'ready', name, entrance: null, relay, peer }, async ({ state }, tx) => {
      state.group = group;
      Object.assign(state.record, { seq, head, joinedEpoch: group.epoch, confirmed: false, lastUsed: 0 });
      const profile = await signProfile(identity, bytes, name, clock.now());
      state.record.profiles[own] = profile;
      await learnNames(state, group, welcome);
      tx.touchGroup();
      if (!used.last) tx.put(used.key, null);
      tellArrival(state, ports, tx, { seq, inviter: device, door });
      // In a knock it was told already.
      if (door === 'direct') enqueue(state, ports, tx, { kind: 'profile', profile });
      if (used.knock?.withdrawn) enqueue(state, ports, tx, { kind: 'leave' });
      else tx.tell({ event: 'opened', room: id });
    });
    if (connection.up) room.up();
    await packages.keepStock();
  }

  /** What this person is called at this relay, where it was said last. */
  function nameHere(relay: Uint8Array): string {
    const lastUsed = (a: Room, b: Room) => b.state.record.lastUsed - a.state.record.lastUsed;
    return rooms.at(relay).toSorted(lastUsed)[0]?.state.record.name ?? '';
  }

  function nameOf(device: string): string {
    return rooms.find(({ record }) => record.profiles[device] !== undefined)?.state.record.profiles[device]?.name ?? '';
  }

  return {
    async open(room, device, relay) {
      if (device === own) throw new CodedError('direct_self');
      const there = known(device, relay);
      if (there !== undefined) return rooms.get(there).state.record.phase === 'founding' ? rooms.inside(there) : there;
      const under = opening.get(device) ?? begun(room, device, relay).finally(() => opening.delete(device));
      opening.set(device, under);
      return under;
    },

    async take(frame, relay) {
      const id = toHex(frame.room);
      if (rooms.has(id) || handled.has(id)) return;
      handled.add(id);
      try {
        await takeIn(frame, relay);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        ports.emit({ event: 'error', error });
      }
    },
  };
}

function welcomeRefsOf(welcome: Uint8Array): readonly Uint8Array[] {
  try {
    return welcomeRefs(welcome);
  } catch (error) {
    if (error instanceof GroupError) throw new CodedError('cannot_open_welcome', { reason: error.reason });
    throw error;
  }
}
