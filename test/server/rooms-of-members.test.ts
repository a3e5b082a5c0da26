import { describe, expect, test } from 'vitest';
import { createMemoryKeyPackages, createMemoryLog, type KeyPackages, type RoomLog } from '../../src/server/index.ts';
import { createKeys, createWorld, type Peer, settle, WELCOME } from './world.ts';

const id = (n: number) => new Uint8Array(16).fill(n);
const create = (peer: Peer, n: number) => peer.ask({ t: 'create', q: 5, room: id(n) });
const refused = (code: string) => ({ t: 'error', q: 5, code });
const bytes = (n: number) => Uint8Array.of(n);
const publish = (peer: Peer, packages: number[], last: number | null = null) =>
  peer.ask({ t: 'publish', q: 5, packages: packages.map(bytes), last: last === null ? null : bytes(last) });
const fetch = async (peer: Peer, { device }: Pick<Peer, 'device'>) => {
  const answer = await peer.ask({ t: 'package', q: 5, device });
  return answer?.t === 'package' ? answer.body[0] : answer;
};

async function withGuest(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  const founder = await world.openRoom();
  const guest = await world.join();
  await guest.enter();
  return { ...world, founder, guest };
}

describe('a room of a member', () => {
  test('has no door, one member, and is at its beginning', async () => {
    const { join, guest, founder } = await withGuest();
    expect(await create(guest, 1)).toEqual({ t: 'created', q: 5 });
    expect(await guest.ask({ t: 'follow', q: 1, room: id(1), after: 0 })).toMatchObject({ t: 'page', seq: 0, live: true });
    expect(await founder.ask({ t: 'follow', q: 1, room: id(1), after: 0 })).toMatchObject({ code: 'unknown_room' });
    expect(await (await join()).open(undefined, id(1))).toMatchObject({ code: 'wrong_token' });
    expect(await (await join()).ask({ t: 'knock', q: 5, room: id(1), body: bytes(1) })).toEqual(refused('knock_closed'));
    expect(await guest.admit(founder.device, 0, { room: id(1), info: null })).toMatchObject({ t: 'stored' });
    expect(founder.last('admitted')).toMatchObject({ room: id(1), welcome: WELCOME, seq: 1 });
    expect(await founder.say('hello', { room: id(1), epoch: 1 })).toMatchObject({ t: 'stored' });
  });

  test('is not for strangers, who do not learn what there is', async () => {
    const { join, guest } = await withGuest();
    await create(guest, 1);
    const stranger = await join();
    expect([await create(stranger, 1), await create(stranger, 2)]).toEqual([refused('unknown_room'), refused('unknown_room')]);
  });

  test('is made once: the same device is told so again, another that it is taken', async () => {
    const log = createMemoryLog();
    const { guest, founder } = await withGuest({ log });
    await create(guest, 1);
    await guest.say('kept', { room: id(1) });
    expect([await create(guest, 1), await create(founder, 1)]).toEqual([{ t: 'created', q: 5 }, refused('room_taken')]);
    const again = await (await createWorld({ log })).join(guest.keys);
    expect(await create(again, 1)).toEqual({ t: 'created', q: 5 });
    expect(await again.ask({ t: 'follow', q: 1, room: id(1), after: 0 })).toMatchObject({ seq: 1 });
    // The first room is no such room.
    expect(await create(founder, 0x70)).toEqual(refused('room_taken'));
  });

  test('of two who come at once is the first one’s', async () => {
    const { guest, founder } = await withGuest();
    guest.send({ t: 'create', q: 5, room: id(1) });
    founder.send({ t: 'create', q: 5, room: id(1) });
    await settle();
    expect([guest.last('created'), founder.last('error')]).toEqual([{ t: 'created', q: 5 }, refused('room_taken')]);
  });

  test('is one of so many that a device makes, and of so many in all, also after a restart', async () => {
    const log = createMemoryLog();
    const { guest, founder } = await withGuest({ log, limits: { roomsPerDevice: 2, rooms: 4 } });
    expect([await create(guest, 1), await create(guest, 2)]).toEqual([
      { t: 'created', q: 5 },
      { t: 'created', q: 5 },
    ]);
    expect(await create(guest, 3)).toEqual(refused('too_many_rooms'));
    expect(await create(guest, 1)).toEqual({ t: 'created', q: 5 });
    const world = await createWorld({ log, limits: { roomsPerDevice: 2, rooms: 4 } });
    const [again, maker] = [await world.join(guest.keys), await world.join(founder.keys)];
    expect(await create(again, 3)).toEqual(refused('too_many_rooms'));
    // It made the first room.
    expect([await create(maker, 3), await create(maker, 4)]).toEqual([{ t: 'created', q: 5 }, refused('too_many_rooms')]);
    const third = await world.join();
    await third.enter();
    expect(await create(third, 5)).toEqual(refused('too_many_rooms'));
  });

  test('is none when the disk fails, and then is one', async () => {
    const log = createMemoryLog();
    let broken = false;
    const weak: RoomLog = { ...log, write: async (writes) => (broken ? Promise.reject(new Error('no space')) : log.write(writes)) };
    const { guest, events } = await withGuest({ log: weak });
    broken = true;
    expect(await create(guest, 1)).toEqual(refused('storage_failed'));
    expect(events.at(-1)).toMatchObject({ event: 'storage_failed' });
    broken = false;
    expect(await create(guest, 1)).toEqual({ t: 'created', q: 5 });
    expect(events.at(-1)).toEqual({ event: 'created', room: '01'.repeat(16) });
  });
});

describe('key packages', () => {
  test('are handed to who shares a room, each once, and then the last one', async () => {
    const { guest, founder } = await withGuest();
    expect(await publish(guest, [1, 2], 9)).toEqual({ t: 'published', q: 5, left: 2, last: true });
    expect([await fetch(founder, guest), await fetch(founder, guest), await fetch(founder, guest)]).toEqual([1, 2, 9]);
    expect(await publish(guest, [])).toEqual({ t: 'published', q: 5, left: 0, last: true });
  });

  test('are gone from the disk before they are sent', async () => {
    const memory = createMemoryKeyPackages();
    let taken = () => {};
    const slow: KeyPackages = {
      ...memory,
      async take(device) {
        const body = await memory.take(device);
        await new Promise<void>((resolve) => (taken = resolve));
        return body;
      },
    };
    const { guest, founder } = await withGuest({ keyPackages: slow });
    await publish(guest, [1]);
    expect(await fetch(founder, guest)).toBeUndefined();
    expect((await memory.publish(guest.device, [], null, 32)).left).toBe(0);
    taken();
    await settle();
    expect(founder.last('package')?.body).toEqual(bytes(1));
  });

  test('are not for strangers, who learn of nobody', async () => {
    const { guest, founder, join } = await withGuest();
    const stranger = await join();
    await publish(guest, [1], 9);
    const none = refused('no_package');
    expect(await fetch(stranger, guest)).toEqual(none);
    expect(await fetch(stranger, createKeys())).toEqual(none);
    expect(await publish(stranger, [1], 9)).toEqual(refused('unknown_room'));
    expect(await fetch(founder, stranger)).toEqual(none);
    // Nor is a member told more of who published nothing, or is no member any more, or is itself.
    expect(await fetch(guest, founder)).toEqual(none);
    expect(await fetch(guest, guest)).toEqual(none);
    await guest.append({ kind: 'leave', epoch: 1 });
    expect([await fetch(founder, guest), await fetch(guest, founder)]).toEqual([none, none]);
    expect(await publish(guest, [1])).toEqual(refused('unknown_room'));
  });

  test('go between those who share any room', async () => {
    const { guest, founder, join } = await withGuest();
    const third = await join();
    await create(founder, 1);
    await founder.admit(third.device, 0, { room: id(1), info: null });
    await publish(third, [7]);
    await publish(founder, [8]);
    expect([await fetch(third, founder), await fetch(founder, third)]).toEqual([8, 7]);
    expect(await fetch(third, guest)).toEqual(refused('no_package'));
  });

  test('are not all to be had by one: from then on it gets the last, for a while', async () => {
    const { guest, founder, join, clock } = await withGuest({ limits: { packagesPerAsker: 3, packagePause: 1_000 } });
    const third = await join();
    await third.enter();
    await publish(guest, [1, 2, 3, 4, 5, 6], 9);
    const got = [];
    for (let i = 0; i < 5; i++) got.push(await fetch(founder, guest));
    expect(got).toEqual([1, 2, 3, 9, 9]);
    expect(await fetch(third, guest)).toBe(4);
    clock.advance(1_000);
    expect([await fetch(founder, guest), await fetch(founder, guest)]).toEqual([5, 9]);
    await publish(third, [1, 2, 3, 4]);
    for (let i = 0; i < 3; i++) await fetch(founder, third);
    expect(await fetch(founder, third)).toEqual(refused('no_package'));
  });

  test('are so many, of so many bytes', async () => {
    const { guest } = await withGuest();
    const many = Array.from({ length: 32 }, (_, i) => i);
    expect(await publish(guest, many)).toMatchObject({ left: 32 });
    expect(await publish(guest, [100, 101])).toMatchObject({ left: 32 });
    guest.send({ t: 'publish', q: 1, packages: [new Uint8Array(2_049)], last: null });
    expect(guest.last('error')).toEqual({ t: 'error', code: 'bad_frame' });
  });

  test('that cannot be read or written are said to be so', async () => {
    const failing: KeyPackages = {
      publish: () => Promise.reject(new Error('no space')),
      take: () => Promise.reject(new Error('no space')),
      last: () => Promise.reject(new Error('no space')),
    };
    const { guest, founder, events } = await withGuest({ keyPackages: failing });
    expect([await publish(guest, [1]), await fetch(founder, guest)]).toEqual([refused('storage_failed'), refused('storage_failed')]);
    expect(events.filter(({ event }) => event === 'storage_failed')).toHaveLength(2);
    expect(founder.link.closed).toBe(false);
  });
});
