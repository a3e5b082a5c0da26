import { expect } from 'vitest';
import type { ClientEvent, TimelineItem } from '../../src/client/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import { createWorld, historyOf, type Person, type World } from '../sim/world.ts';

/** Lets the world go on until `what` has come about. Rejects as it does. */
export async function settle<T>(world: World, what: Promise<T> | undefined): Promise<T> {
  let result: { value: T } | { error: unknown } | undefined;
  what?.then(
    (value) => (result = { value }),
    (error: unknown) => (result = { error }),
  );
  expect(await world.runUntil(() => result !== undefined, 5_000), 'it never came about').toBe(true);
  const settled = result as { value: T } | { error: unknown };
  if ('error' in settled) throw settled.error;
  return settled.value;
}

/** Lets the world go on until something holds. */
export async function until(world: World, holds: () => boolean): Promise<void> {
  expect(await world.runUntil(holds, 5_000), 'it never came about').toBe(true);
}

/** A relay on which nobody has opened a room. */
export async function withoutRoom(): Promise<World> {
  const world = await createWorld(createSeededRandom(99));
  await world.startRelay();
  return world;
}

/** A relay with a room that Ana founded. */
export async function withRoom(seed: number, access: 'invited' | 'open' = 'invited'): Promise<{ world: World; room: string; ana: Person }> {
  const world = await createWorld(createSeededRandom(seed));
  await world.startRelay();
  const ana = await world.start('Ana');
  const room = await settle(world, ana.client?.found(world.founderToken, { name: 'Ana', title: 'Club', access }));
  return { world, room, ana };
}

/** A room's history on a device, once what came is on its disk. */
export async function storedHistory(world: World, person: Person, room: string): Promise<readonly TimelineItem[]> {
  await settle(world, person.client?.settled());
  return historyOf(person, room);
}

/** Comes in by the room's link. */
export async function joined(world: World, room: string, host: Person, name: string): Promise<Person> {
  const person = await world.start(name);
  const invite = await settle(world, host.client?.invite(room));
  await settle(world, person.client?.join(invite, { name }));
  await until(world, () => host.client?.view(room).members.some((member) => member.name === name) === true);
  return person;
}

/** The code with which something is refused. */
export async function codeOf(world: World, what: Promise<unknown> | undefined): Promise<string> {
  try {
    await settle(world, what);
    return 'nothing';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

export function eventsOf<K extends ClientEvent['event']>(person: Person, event: K): Array<Extract<ClientEvent, { event: K }>> {
  return person.events.filter((one): one is Extract<ClientEvent, { event: K }> => one.event === event);
}
