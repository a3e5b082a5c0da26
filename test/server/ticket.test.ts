import { expect, test } from 'vitest';
import { FILE_LIMITS } from '../../src/server/blobs/file-limits.ts';
import { createRevocations, createTickets } from '../../src/server/blobs/tickets.ts';
import { createWorld, ROOM } from './world.ts';

const OTHER = new Uint8Array(16).fill(0x71);

test('a member gets a ticket for its room, and nobody gets one for a room it is not in', async () => {
  const world = await createWorld();
  const founder = await world.openRoom();
  const stranger = await world.join();
  const answer = await founder.ask({ t: 'ticket', q: 7, room: ROOM });
  expect(answer).toMatchObject({ t: 'ticket', q: 7, until: world.clock.now() + FILE_LIMITS.ticketTime, port: 0 });
  expect(await stranger.ask({ t: 'ticket', q: 8, room: ROOM })).toEqual({ t: 'error', q: 8, code: 'unknown_room' });
  expect(await founder.ask({ t: 'ticket', q: 9, room: OTHER })).toEqual({ t: 'error', q: 9, code: 'unknown_room' });
  const unproved = world.connect();
  expect(await unproved.ask({ t: 'ticket', q: 1, room: ROOM })).toMatchObject({ t: 'error', code: 'not_ready' });
});

test('who is taken out, or leaves, is told of once, when that is stored', async () => {
  const world = await createWorld();
  const founder = await world.openRoom();
  const guest = await world.join();
  await guest.enter();
  const removals = () => world.events.filter(({ event }) => event === 'removed');
  expect(removals()).toEqual([]);
  const room = Buffer.from(ROOM).toString('hex');
  await founder.append({ kind: 'commit', epoch: 1, change: { adds: [], removes: [guest.device] }, info: new Uint8Array([1]) });
  expect(removals()).toEqual([{ event: 'removed', room, device: guest.key }]);
  expect(await guest.ask({ t: 'ticket', q: 2, room: ROOM })).toMatchObject({ code: 'unknown_room' });
  await founder.append({ kind: 'leave', epoch: 2 });
  expect(removals().slice(1)).toEqual([{ event: 'removed', room, device: founder.key }]);
});

test('a ticket says what it was made of, and is over when it says so', () => {
  const tickets = createTickets(new Uint8Array(32).fill(1), 1_000);
  const bearer = { room: '0a'.repeat(16), device: '0b'.repeat(32) };
  const { ticket, until } = tickets.issue(bearer, 5_000);
  expect([ticket.length, until]).toEqual([89, 6_000]);
  expect(tickets.read(ticket, 5_999)).toEqual({ ...bearer, issued: 5_000 });
  expect(tickets.read(ticket, 6_000)).toBeUndefined();
  expect(createTickets(new Uint8Array(32).fill(2), 1_000).read(ticket, 5_500)).toBeUndefined();
  for (let i = 0; i < ticket.length; i++) {
    const changed = ticket.slice();
    changed[i] = (changed[i] as number) ^ 0x40;
    expect(tickets.read(changed, 5_500), `byte ${i}`).toBeUndefined();
  }
});

test('a removal refuses tickets from before it, those of later ones not, and is forgotten when no such ticket is left', () => {
  const revocations = createRevocations(1_000, 3);
  const [ana, juan] = ['a', 'b'].map((device) => ({ room: 'r', device })) as [
    { room: string; device: string },
    { room: string; device: string },
  ];
  revocations.add({ ...ana, at: 5_000 });
  expect([revocations.has(ana, 5_000), revocations.has(ana, 5_001), revocations.has(juan, 4_000)]).toEqual([true, false, false]);
  expect(revocations.has({ ...ana, room: 'other' }, 4_000)).toBe(false);
  expect(revocations.list(5_999)).toHaveLength(1);
  expect(revocations.list(6_000)).toEqual([]);
  for (let i = 0; i < 9; i++) revocations.add({ room: 'r', device: `${i}`, at: 7_000 });
  expect(revocations.list(7_000).map(({ device }) => device)).toEqual(['6', '7', '8']);
});
