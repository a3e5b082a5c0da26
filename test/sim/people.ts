import type { RoomView } from '../../src/client/index.ts';
import type { SeededRandom } from './random.ts';
import { createWorld, type Person, type World } from './world.ts';

/** A relay, and the room that the first person founded there. */
export async function foundWorld(random: SeededRandom, name: string): Promise<{ world: World; founder: Person; room: string }> {
  const world = await createWorld(random);
  await world.startRelay();
  const founder = await world.start(name);
  let room = '';
  void founder.client?.found(world.founderToken, { name }).then((id) => (room = id));
  if (!(await world.runUntil(() => room !== ''))) throw new Error('the room was not founded');
  return { world, founder, room };
}

/** Comes in by the link as the founder has it, as soon as it has one. */
export function comeByLink({ client, name }: Person, founder: Person, room: string): void {
  void founder.client
    ?.invite(room)
    .then((invite) => client?.join(invite, { name }))
    .catch(() => {});
}

/** Undefined for whoever is not in the room. */
export function viewOf(person: Person, room: string): RoomView | undefined {
  return person.client?.rooms().includes(room) ? person.client.view(room) : undefined;
}

const ENDS = new Set(['left', 'removed', 'outdated']);

/** Whoever is still in the room has all of it, and nothing under way there. */
export function isQuiet(people: readonly Person[], room: string): boolean {
  const views = people.map((person) => viewOf(person, room));
  // Who left may have seen more than those who stay have by now.
  const newest = Math.max(...views.map((view) => view?.seq ?? 0));
  return views
    .filter((view) => view && !ENDS.has(view.phase))
    .every((view) => view?.phase === 'ready' && view.seq === newest && view.pending.length === 0 && !view.changing);
}
