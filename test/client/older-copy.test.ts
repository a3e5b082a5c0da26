import { expect, test } from 'vitest';
import type { Client } from '../../src/client/index.ts';
import type { CodedError } from '../../src/protocol/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import { createWorld, historyOf, type Person, type World } from '../sim/world.ts';

async function settle<T>(world: World, what: Promise<T> | undefined): Promise<T> {
  let result: { value: T } | undefined;
  void what?.then((value) => (result = { value }));
  expect(await world.runUntil(() => result !== undefined, 5_000)).toBe(true);
  return (result as { value: T }).value;
}

async function openRoom(): Promise<{ world: World; ana: Person; juan: Person; room: string }> {
  const world = await createWorld(createSeededRandom(11));
  await world.startRelay();
  const ana = await world.start('Ana');
  const room = await settle(world, ana.client?.found(world.founderToken, { name: 'Ana' }));
  const juan = await world.start('Juan');
  const invite = await settle(world, ana.client?.invite(room));
  await settle(world, juan.client?.join(invite, { name: 'Juan' }));
  return { world, ana, juan, room };
}

const shown = async (person: Person, room: string) =>
  (await historyOf(person, room)).flatMap((item) => (item.kind === 'text' ? [`${item.from}: ${item.text}`] : []));
const odd = async (person: Person, room: string) =>
  (await historyOf(person, room)).filter(({ kind }) => kind === 'unreadable' || kind === 'missing');
const isSent = (client: Client | null, room: string) => () => client?.view(room).pending.length === 0;

const hasEnded = (person: Person) => person.events.some(({ event }) => event === 'ended');

test('a device put back to an older copy says nothing more with its old keys, and comes in anew by link', async () => {
  const { world, ana, juan, room } = await openRoom();
  await settle(world, juan.client?.send(room, 'before the copy'));
  await world.runUntil(isSent(juan.client, room));
  const copy = new Map(juan.values);
  await settle(world, juan.client?.send(room, 'after the copy'));
  await world.runUntil(isSent(juan.client, room));

  await juan.kill();
  juan.values.clear();
  for (const [key, value] of copy) juan.values.set(key, value);
  await world.restart(juan);
  // Written before the device can know: it must not leave.
  void juan.client?.send(room, 'with keys that were used').catch(() => {});
  await world.runUntil(() => hasEnded(juan), 5_000);
  expect(juan.events.filter(({ event }) => event === 'ended')).toMatchObject([{ room, why: 'outdated' }]);
  const refused = juan.client?.send(room, 'too late').catch((error: unknown) => (error as CodedError).code);
  expect(await settle(world, refused)).toBe('outdated');
  await world.runUntil(() => false, 500);
  expect(await shown(ana, room)).toEqual(['Juan: before the copy', 'Juan: after the copy']);

  // It stays so after a restart.
  await juan.kill();
  await world.restart(juan);
  await world.runUntil(() => juan.client?.connection().state === 'connected', 500);
  expect(juan.client?.view(room).phase).toBe('outdated');

  const invite = await settle(world, ana.client?.invite(room));
  await settle(world, juan.client?.join(invite, { name: 'Juan' }));
  await settle(world, juan.client?.send(room, 'anew'));
  await world.runUntil(isSent(juan.client, room));
  await settle(world, ana.client?.send(room, 'welcome back'));
  const even = () => ana.client?.view(room).seq === juan.client?.view(room).seq && !world.disks.busy;
  await world.runUntil(() => even() && isSent(ana.client, room)());
  expect(await shown(ana, room)).toEqual(['Juan: before the copy', 'Juan: after the copy', 'Juan: anew', 'Ana: welcome back']);
  expect((await shown(juan, room)).slice(-2)).toEqual(['Juan: anew', 'Ana: welcome back']);
  expect([...(await odd(ana, room)), ...(await odd(juan, room))]).toEqual([]);
});

test('a device put back to before its own change of the room does not follow the old one', async () => {
  const { world, ana, juan, room } = await openRoom();
  const copy = new Map(ana.values);
  await settle(world, ana.client?.remove(room, juan.client?.device as string));
  await ana.kill();
  ana.values.clear();
  for (const [key, value] of copy) ana.values.set(key, value);
  await world.restart(ana);
  await world.runUntil(() => hasEnded(ana), 5_000);
  expect(ana.client?.view(room).phase).toBe('outdated');
});
