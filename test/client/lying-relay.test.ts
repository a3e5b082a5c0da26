import { expect, test } from 'vitest';
import type { ClientEvent, TimelineItem } from '../../src/client/index.ts';
import { decodeEntry, type Change, encodeEntry, type Entry, fromHex, hashEntry } from '../../src/protocol/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import { createWorld, historyOf, type Person, type World } from '../sim/world.ts';
import { standBetween } from './between.ts';

/** What one person is shown instead of an entry. */
type Lie = (entry: Entry) => readonly Entry[];

interface Liar {
  lie: Lie;
  /** Numbers and hashes follow each other again after a lie, as those of a careful liar do. */
  careful: boolean;
}

const truth: Lie = (entry) => [entry];

/** Puts a relay that lies between the network and one person. */
function standBefore(world: World, victim: string): Liar {
  const liar: Liar = { lie: truth, careful: true };
  let last = { seq: 0, head: new Uint8Array() };
  const alter = (bytes: Uint8Array): Uint8Array[] => {
    const entry = decodeEntry(bytes);
    if (last.seq === 0) last = { seq: entry.seq - 1, head: entry.prev as Uint8Array<ArrayBuffer> };
    return liar.lie(entry).map((shown) => {
      const told = encodeEntry(liar.careful ? { ...shown, seq: last.seq + 1, prev: last.head } : shown);
      last = { seq: decodeEntry(told).seq, head: new Uint8Array(hashEntry(told)) };
      return told;
    });
  };
  const between = standBetween(world, victim);
  between.alter = (frame) => (frame.t === 'entries' ? { ...frame, entries: frame.entries.flatMap(alter) } : frame);
  return liar;
}

async function settle<T>(world: World, what: Promise<T> | undefined): Promise<T> {
  let result: { value: T } | undefined;
  void what?.then((value) => (result = { value }));
  expect(await world.runUntil(() => result !== undefined, 5_000)).toBe(true);
  return (result as { value: T }).value;
}

async function openRoom(): Promise<{ world: World; liar: Liar; room: string; ana: Person; eva: Person; juan: Person }> {
  const world = await createWorld(createSeededRandom(5));
  await world.startRelay();
  const ana = await world.start('Ana');
  const room = await settle(world, ana.client?.found(world.founderToken, { name: 'Ana' }));
  const invite = await settle(world, ana.client?.invite(room));
  const eva = await world.start('Eva');
  await settle(world, eva.client?.join(invite, { name: 'Eva' }));
  const liar = standBefore(world, 'Juan');
  const juan = await world.start('Juan');
  await settle(world, juan.client?.join(invite, { name: 'Juan' }));
  return { world, liar, room, ana, eva, juan };
}

/** Ana's lines, and everything that comes of them. */
async function say(world: World, { client }: Person, room: string, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await settle(world, client?.send(room, text));
    await world.runUntil(() => client?.view(room).pending.length === 0, 2_000);
  }
  await world.runUntil(() => false, 300);
}

const errors = (person: Person) =>
  person.events.flatMap((event: ClientEvent) =>
    event.event === 'error' ? [`${event.error.code} ${String(event.error.detail['count'] ?? '')}`.trim()] : [],
  );
const essence = (item: TimelineItem) =>
  item.kind === 'text' ? item.text : item.kind === 'unreadable' ? `unreadable ${item.code}` : item.kind;
const seen = async (person: Person, room: string) => (await historyOf(person, room)).map(essence).filter((kind) => kind !== 'joined');
const about = (text: string, lie: Lie): Lie => {
  let count = 0;
  const wanted = Number(text);
  return (entry) => (entry.kind === 'message' && ++count === wanted ? lie(entry) : [entry]);
};

test('an honest one is believed, and each own line is told to be sent once', async () => {
  const { world, room, ana, juan } = await openRoom();
  await say(world, ana, room, 'one', 'two');
  await say(world, juan, room, 'three');
  expect(await seen(juan, room)).toEqual(['one', 'two', 'three']);
  expect(errors(juan)).toEqual([]);
  expect(juan.events.filter(({ event }) => event === 'sent')).toHaveLength(1);
});

test('a number left out shows as a hole', async () => {
  const { world, liar, room, ana, juan } = await openRoom();
  liar.careful = false;
  liar.lie = about('2', () => []);
  await say(world, ana, room, 'one', 'two', 'three');
  expect(await seen(juan, room)).toEqual(['one', 'missing', 'three']);
  expect(errors(juan)).toContain('withheld 1');
});

test('a line kept back shows, however well the rest is numbered', async () => {
  const { world, liar, room, ana, juan } = await openRoom();
  liar.lie = about('2', () => []);
  await say(world, ana, room, 'one', 'two', 'three');
  expect(await seen(juan, room)).toEqual(['one', 'three']);
  expect(errors(juan)).toEqual(['withheld 1']);
});

test('a past that is not what it was shows by its hash', async () => {
  const { world, liar, room, ana, juan } = await openRoom();
  liar.careful = false;
  liar.lie = about('1', (entry) => [{ ...entry, at: entry.at + 1 }]);
  await say(world, ana, room, 'one', 'two');
  expect(errors(juan)).toEqual(['log_changed']);
});

test('a line said twice is shown once', async () => {
  const { world, liar, room, ana, juan } = await openRoom();
  liar.lie = about('1', (entry) => [entry, entry]);
  await say(world, ana, room, 'one', 'two');
  const shown = await seen(juan, room);
  expect(shown.filter((text) => text === 'one')).toHaveLength(1);
  expect(shown[1]).toMatch(/^unreadable /);
});

test('a line is not taken under another id, nor from another member', async () => {
  const { world, liar, room, ana, eva, juan } = await openRoom();
  const other = fromHex(eva.client?.device as string) as Uint8Array;
  liar.lie = about('1', (entry) => [{ ...entry, id: entry.id.map((byte) => byte ^ 1) }]);
  await say(world, ana, room, 'one');
  liar.lie = about('1', (entry) => [{ ...entry, device: other }]);
  await say(world, ana, room, 'two');
  expect(await seen(juan, room)).toEqual(['unreadable outer_differs', 'unreadable outer_differs']);
});

test('a text does not pass for a leaving', async () => {
  const { world, liar, room, ana, juan } = await openRoom();
  liar.lie = about('1', (entry) => [{ ...entry, kind: 'leave' }]);
  await say(world, ana, room, 'one');
  expect(await seen(juan, room)).toEqual(['unreadable outer_differs']);
});

const withChange = (entry: Entry, lie: Partial<Change>): Entry =>
  entry.change ? { ...entry, change: { ...entry.change, ...lie } } : entry;
/** Beside a door that opens again, and nowhere else. */
const beside = (entry: Entry, lie: Partial<Change>): Entry => (change(entry).door ? withChange(entry, lie) : entry);

test.each<[string, (entry: Entry) => Entry]>([
  ['another id', (entry) => ({ ...entry, id: entry.id.map((byte) => byte ^ 1) })],
  ['somebody removed who is not', (entry) => withChange(entry, { removes: [entry.device] })],
  ['somebody added who is not', (entry) => withChange(entry, { adds: [entry.device] })],
  ['another door', (entry) => withChange(entry, { door: new Uint8Array(32) })],
  [
    'a door that moves with a removal',
    (entry) => (change(entry).removes.length > 0 ? withChange(entry, { door: new Uint8Array(32) }) : entry),
  ],
  ['a closing door left out', (entry) => (change(entry).door === null ? { ...entry, change: { adds: [], removes: [] } } : entry)],
  ['another key for knocking', (entry) => beside(entry, { knock: new Uint8Array(32) })],
  ['the link given away where the room is not open', (entry) => beside(entry, { open: new Uint8Array(32) })],
  ['no change', (entry) => ({ ...entry, change: null })],
])('a commit is not taken with %s', async (_what, falsify) => {
  const { world, liar, room, ana, eva, juan } = await openRoom();
  const taken = () => juan.events.filter(({ event }) => event === 'words').length;
  const before = taken();
  let honest = 0;
  let lied = false;
  liar.lie = (entry) => {
    if (entry.kind !== 'commit') return [entry];
    const shown = falsify(entry);
    lied ||= shown !== entry;
    if (!lied) honest += 1;
    return [shown];
  };
  await settle(world, ana.client?.remove(room, eva.client?.device as string));
  await world.runUntil(() => errors(juan).length > 0, 3_000);
  expect(errors(juan)[0]).toBe('outer_differs');
  expect(taken() - before).toBe(honest);
});

function change({ change: made }: Entry): Change {
  if (!made) throw new Error('no commit');
  return made;
}
