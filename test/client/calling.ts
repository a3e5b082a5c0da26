import { encodeFrame, fromHex } from '../../src/protocol/index.ts';
import type { CallView } from '../../src/client/index.ts';
import type { Person, World } from '../sim/world.ts';
import { joined, settle, until, withRoom } from './settling.ts';

/** People in one room, Ana its founder. */
export async function withPeople(seed: number, ...names: string[]): Promise<{ world: World; room: string; ana: Person; others: Person[] }> {
  const { world, room, ana } = await withRoom(seed);
  const others: Person[] = [];
  for (const name of names) others.push(await joined(world, room, ana, name));
  await until(world, () => [ana, ...others].every(({ client }) => client?.view(room).members.length === names.length + 1));
  return { world, room, ana, others };
}

export const callOf = (person: Person, room: string): CallView | null => person.client?.calls.view(room) ?? null;

export const SILENT = { microphone: false, camera: false };
export const SOUND = { microphone: true, camera: false };
export const ALL = { microphone: true, camera: true };

/** Joins, and lets everybody learn of it. */
export async function joinCall(world: World, person: Person, room: string, wanted = SOUND): Promise<void> {
  await settle(world, person.client?.calls.join(room, wanted));
}

/** Names of those who are shown in the call on someone's screen, with what they send. */
export const shownTo = (person: Person, room: string): string[] =>
  (callOf(person, room)?.members ?? []).map(({ name, sources, hand }) => [name, ...sources, ...(hand ? ['hand'] : [])].join(' '));

/** Waits until someone's screen shows exactly these. */
export async function untilShown(world: World, person: Person, room: string, ...shown: string[]): Promise<void> {
  await until(world, () => shownTo(person, room).join() === shown.join());
}

/** Lets time pass, with all that happens in it. */
export async function pass(world: World, ms: number): Promise<void> {
  const end = world.clock.now() + ms;
  let over = false;
  world.clock.after(ms, () => (over = true));
  await until(world, () => over || world.clock.now() >= end);
}

/** What someone hears and sees now: one frame of each who sends, where all that is under way has come. */
export async function heardBy(world: World, person: Person): Promise<string[]> {
  await pass(world, 500);
  const before = person.media.transport?.heard.length ?? 0;
  world.media.tick();
  return (person.media.transport?.heard ?? [])
    .slice(before)
    .map(({ from, source }) => `${from} ${source}`)
    .toSorted();
}

/** A frame by which the relay says that this device is in the call no longer. */
export const ended = (room: string, code: string): Uint8Array => encodeFrame({ t: 'call.ended', room: fromHex(room) as Uint8Array, code });
