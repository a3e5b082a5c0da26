import { describe, expect, test } from 'vitest';
import { CALL_LIMITS } from '../../src/client/calls/limits.ts';
import type { TimelineItem } from '../../src/client/index.ts';
import type { Person, World } from '../sim/world.ts';
import { callOf, joinCall, pass, untilShown, withPeople } from './calling.ts';
import { eventsOf, settle, until } from './settling.ts';

const MINUTE = 60_000;

/** A room in which everybody knows for a while that nobody calls. */
async function withQuiet(seed: number, ...names: string[]) {
  const { world, room, ana, others } = await withPeople(seed, ...names);
  await pass(world, 2 * CALL_LIMITS.nobodyIn);
  return { world, room, ana, others };
}

function shown(item: TimelineItem): string[] {
  if (item.kind === 'call-begun') return [`begun by ${item.own ? 'me' : item.from}`];
  if (item.kind === 'call-ended') return [`over after ${item.lasted === null ? '?' : Math.floor(item.lasted / MINUTE)}`];
  return item.kind === 'text' ? [item.text] : [];
}

/** What the history says of calls, and what was said. */
async function linesOf(world: World, person: Person, room: string): Promise<string[]> {
  await settle(world, person.client?.settled());
  return (await settle(world, person.client?.history(room, { limit: 200 }))).flatMap(shown);
}

const toldTo = (person: Person) => eventsOf(person, 'item').flatMap(({ item }) => shown(item));

async function leaveCall(world: World, person: Person): Promise<void> {
  await settle(world, person.client?.calls.leave());
}

describe('the history says that there was a call', () => {
  test('to all who are connected, also who was never in it', async () => {
    const { world, room, ana, others } = await withQuiet(1, 'Juan', 'Eva');
    const [juan, eva] = others as [Person, Person];
    await settle(world, ana.client?.send(room, 'before'));
    await until(world, () => toldTo(eva).includes('before') && toldTo(juan).includes('before'));
    await joinCall(world, juan, room);
    await untilShown(world, eva, room, 'Juan microphone');
    await joinCall(world, ana, room);
    await settle(world, ana.client?.send(room, 'meanwhile'));
    await pass(world, 12 * MINUTE + 1_000);
    await leaveCall(world, juan);
    await leaveCall(world, ana);
    await until(world, () => [ana, juan, eva].every((person) => toldTo(person).some((line) => line.startsWith('over'))));
    const lines = (name: string) => ['before', `begun by ${name}`, 'meanwhile', 'over after 12'];
    expect(await linesOf(world, eva, room)).toEqual(lines('Juan'));
    expect(await linesOf(world, ana, room)).toEqual(lines('Juan'));
    expect(await linesOf(world, juan, room)).toEqual(lines('me'));
    expect(toldTo(eva)).toEqual(lines('Juan'));
    // None of it is a message: nobody has to read it.
    expect(eva.client?.view(room).unread).toBe(2);
  });

  test('once: its hands may change, its engine may die, and connections be lost', async () => {
    const { world, room, ana, others } = await withQuiet(2, 'Juan', 'Eva');
    const [juan, eva] = others as [Person, Person];
    await joinCall(world, ana, room);
    await joinCall(world, juan, room);
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    await leaveCall(world, ana);
    await untilShown(world, eva, room, 'Juan microphone');
    world.media.kill();
    await until(world, () => callOf(juan, room)?.state === 'waiting');
    world.media.revive();
    await until(world, () => callOf(juan, room)?.state === 'in');
    world.killRelay();
    await until(world, () => [ana, juan, eva].every(({ client }) => client?.connection().state !== 'connected'));
    await world.startRelay();
    await until(world, () => [ana, juan, eva].every(({ client }) => client?.connection().state === 'connected'));
    await pass(world, 10_000);
    await joinCall(world, ana, room);
    await untilShown(world, eva, room, 'Juan microphone', 'Ana microphone');
    for (const person of [ana, juan, eva])
      expect([person.name, (await linesOf(world, person, room)).map((line) => line.split(' ')[0])]).toEqual([person.name, ['begun']]);
    await leaveCall(world, ana);
    await leaveCall(world, juan);
    await until(world, () => [ana, juan, eva].every((person) => toldTo(person).length === 2));
    for (const person of [ana, juan, eva])
      expect([person.name, (await linesOf(world, person, room)).map((line) => line.split(' ')[0])]).toEqual([
        person.name,
        ['begun', 'over'],
      ]);
  });

  test('once over a restart, and without a time where nobody here saw its end', async () => {
    const { world, room, ana, others } = await withQuiet(3, 'Juan');
    const [juan] = others as [Person];
    await joinCall(world, ana, room);
    await untilShown(world, juan, room, 'Ana microphone');
    await juan.kill();
    await world.restart(juan);
    await untilShown(world, juan, room, 'Ana microphone');
    await pass(world, 10_000);
    expect(await linesOf(world, juan, room)).toEqual(['begun by Ana']);
    await juan.kill();
    await leaveCall(world, ana);
    await world.restart(juan);
    await until(world, () => juan.client?.connection().state === 'connected');
    await pass(world, 10_000);
    expect(await linesOf(world, juan, room)).toEqual(['begun by Ana', 'over after ?']);
    expect(await linesOf(world, ana, room)).toEqual(['begun by me', 'over after 0']);
  });

  test('not that one began which had been on for long when this device came', async () => {
    const { world, room, ana, others } = await withQuiet(4, 'Juan');
    const [juan] = others as [Person];
    await juan.kill();
    await joinCall(world, ana, room);
    await pass(world, 2 * CALL_LIMITS.ring);
    await world.restart(juan);
    await untilShown(world, juan, room, 'Ana microphone');
    expect(await linesOf(world, juan, room)).toEqual([]);
    await leaveCall(world, ana);
    await until(world, () => callOf(juan, room) === null);
    expect(await linesOf(world, juan, room)).toEqual(['over after ?']);
  });

  test('of no more than so many behind one message, and pages never lose that message', async () => {
    const { world, room, ana, others } = await withQuiet(5, 'Juan');
    const [juan] = others as [Person];
    await settle(world, ana.client?.send(room, 'before'));
    for (let i = 0; i < CALL_LIMITS.lines; i++) {
      await joinCall(world, ana, room);
      await untilShown(world, juan, room, 'Ana microphone');
      await leaveCall(world, ana);
      await until(world, () => callOf(juan, room) === null);
      await pass(world, 20_000);
    }
    const lines = await linesOf(world, juan, room);
    expect(lines).toEqual(['before', ...Array.from({ length: CALL_LIMITS.lines }, (_, i) => (i % 2 ? 'over after 0' : 'begun by Ana'))]);
    const page = await settle(world, juan.client?.history(room, { limit: 1 }));
    expect(page.flatMap(shown)).toEqual(lines);
  });
});
