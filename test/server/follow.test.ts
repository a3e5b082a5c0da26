import { describe, expect, test } from 'vitest';
import { decodeEntry, genesisHash, hashEntry, type RelayFrames } from '../../src/protocol/index.ts';
import { createMemoryLog, type RoomLog } from '../../src/server/index.ts';
import { createWorld, ROOM, settle, type Peer } from './world.ts';

async function withEntries(count: number, limits: object = {}, body = new Uint8Array(100), log: RoomLog = createMemoryLog()) {
  const world = await createWorld({ limits, log });
  const founder = await world.join();
  await founder.found();
  for (let i = 0; i < count; i++) await founder.append({ body });
  return { ...world, founder };
}

const page = (frame: unknown) => frame as RelayFrames['page'];
const numbers = (frame: unknown) => page(frame).entries.map((entry) => decodeEntry(entry).seq);

/** Follows as a client does, page after page; what comes live is not a page. */
async function readAll(peer: Peer, from = 0): Promise<RelayFrames['page'][]> {
  const pages = [];
  for (let after = from; ;) {
    const next = page(await peer.follow(after));
    pages.push(next);
    if (next.live) return pages;
    after += next.entries.length;
  }
}

describe('following a room', () => {
  test('starts where the client says, and tells where the room ends', async () => {
    const { founder } = await withEntries(5);
    const all = page(await founder.follow(0));
    expect(numbers(all)).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(await founder.follow(3))).toEqual([4, 5]);
    expect(await founder.follow(5)).toMatchObject({ entries: [], seq: 5, head: hashEntry(all.entries[4] as Uint8Array), live: true });
    expect(await founder.follow(6)).toMatchObject({ t: 'error', code: 'future_entry' });
    expect(await founder.follow(Number.MAX_SAFE_INTEGER)).toMatchObject({ code: 'future_entry' });
  });

  test('of an empty room begins with the hash of its id', async () => {
    const { founder } = await withEntries(0);
    expect(await founder.follow(0)).toMatchObject({ entries: [], seq: 0, head: genesisHash(ROOM), live: true });
  });

  test('comes in pages of so many entries, of which the last alone is live', async () => {
    const { founder } = await withEntries(10, { pageEntries: 4 });
    const pages = await readAll(founder);
    expect(pages.map(numbers)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(pages.map(({ live, seq }) => [live, seq])).toEqual([
      [false, 10],
      [false, 10],
      [true, 10],
    ]);
    expect(pages[0]?.here).toEqual([]);
    expect(pages[2]?.here).toEqual([founder.device]);
  });

  test('is live with a page that is full and ends where the room does', async () => {
    const { founder } = await withEntries(8, { pageEntries: 4 });
    expect((await readAll(founder)).map(({ entries, live }) => [entries.length, live])).toEqual([
      [4, false],
      [4, true],
    ]);
  });

  test('comes in pages of so many bytes, and never in an empty one', async () => {
    const { founder } = await withEntries(5, { pageBytes: 600 });
    const sizes = (await readAll(founder)).map(({ entries }) => entries.length);
    expect(sizes).toEqual([2, 2, 1]);
    const large = await withEntries(3, { pageBytes: 10 });
    expect((await readAll(large.founder)).map(({ entries }) => entries.length)).toEqual([1, 1, 1]);
  });

  test('has no gap and nothing twice where entries come while pages are read', async () => {
    const { founder, join } = await withEntries(30, { pageEntries: 4 });
    const guest = await join();
    await guest.enter();
    const before = guest.frames.length;
    let written = 0;
    for (let after = 0, live = false; !live;) {
      // The page is read from the log while this is being stored.
      guest.send({ t: 'follow', q: 99, room: ROOM, after });
      if (written < 20)
        founder.send({
          t: 'append',
          room: ROOM,
          id: new Uint8Array(16).fill(++written),
          kind: 'message',
          epoch: 1,
          body: Uint8Array.of(1),
        });
      await settle();
      const last = guest.last('page') as RelayFrames['page'];
      after += last.entries.length;
      live = last.live;
    }
    await founder.say('live', { epoch: 1 });
    const entries = guest.frames.slice(before).flatMap((frame) => (frame.t === 'page' || frame.t === 'entries' ? frame.entries : []));
    expect(entries.map((entry) => decodeEntry(entry).seq)).toEqual(Array.from({ length: 31 + written + 1 }, (_, i) => i + 1));
    entries.reduce((prev, entry) => {
      expect(decodeEntry(entry).prev).toEqual(prev);
      return hashEntry(entry);
    }, genesisHash(ROOM));
  });

  test('goes on across a slow log without a gap: what is stored meanwhile is in the page or comes after it', async () => {
    const log = createMemoryLog();
    const gate: Array<() => void> = [];
    const slow: RoomLog = {
      ...log,
      read: async (...args) => {
        const entries = await log.read(...args);
        await new Promise<void>((resolve) => gate.push(resolve));
        return entries;
      },
    };
    const { founder } = await withEntries(3, {}, undefined, slow);
    founder.send({ t: 'follow', q: 9, room: ROOM, after: 0 });
    await settle();
    await founder.say('meanwhile');
    expect(founder.all('entries')).toEqual([]);
    while (!founder.last('page')) {
      gate.shift()?.();
      await settle();
    }
    await founder.say('after');
    expect(founder.entries().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is for so many rooms on one connection', async () => {
    const log = createMemoryLog();
    const world = await createWorld({ log });
    const founder = await world.join();
    await founder.found();
    // A relay has one room until it can make more; its log may have many.
    const record = (await log.rooms())[0]?.record as Uint8Array;
    const rooms = Array.from({ length: 3 }, (_, i) => new Uint8Array(16).fill(i + 1));
    await log.write(rooms.map((room) => ({ room, entries: [], record })));
    const again = await createWorld({ log, limits: { followed: 2 } });
    const peer = await again.join(founder.keys);
    const ask = async (room: Uint8Array) => {
      peer.send({ t: 'follow', q: 1, room, after: 0 });
      await settle();
      return peer.frames.at(-1);
    };
    expect(await ask(rooms[0] as Uint8Array)).toMatchObject({ t: 'page', live: true });
    expect(await ask(rooms[1] as Uint8Array)).toMatchObject({ t: 'page', live: true });
    expect(await ask(rooms[2] as Uint8Array)).toMatchObject({ t: 'error', code: 'too_many_rooms' });
    expect(await ask(rooms[0] as Uint8Array)).toMatchObject({ t: 'page', live: true });
  });
});

describe('a device that is forgotten while its page is read', () => {
  test('is told that there is no such room, as any stranger is', async () => {
    const memory = createMemoryLog();
    let letRead = () => {};
    const log: RoomLog = {
      ...memory,
      read: async (...asked) => {
        await new Promise<void>((resolve) => (letRead = resolve));
        return memory.read(...asked);
      },
    };
    const { founder, join } = await withEntries(3, { formerMembers: 0 }, new Uint8Array(100), log);
    const guest = await join();
    await guest.enter();
    expect(await guest.follow(0)).toBeUndefined();
    const change = { adds: [], removes: [guest.device] };
    await founder.append({ kind: 'commit', epoch: 1, change, info: Uint8Array.of(1) });
    letRead();
    await settle();
    expect(guest.last('error')).toMatchObject({ code: 'unknown_room' });
    expect(guest.link.closed).toBe(false);
  });
});

describe('who is here', () => {
  test('is told with the live page, and then as devices come and go', async () => {
    const { founder, join } = await withEntries(0);
    await founder.follow(0);
    const guest = await join();
    await guest.enter();
    expect(founder.all('presence')).toEqual([]);
    expect(page(await guest.follow(0)).here).toEqual([founder.device, guest.device]);
    expect(founder.all('presence')).toEqual([{ t: 'presence', room: ROOM, device: guest.device, here: true }]);
    guest.drop();
    expect(founder.last('presence')).toEqual({ t: 'presence', room: ROOM, device: guest.device, here: false });
  });

  test('counts a device once, however many connections it has', async () => {
    const { founder, join } = await withEntries(0);
    await founder.follow(0);
    const guest = await join();
    await guest.enter();
    await guest.follow(0);
    const second = await join(guest.keys);
    expect(page(await second.follow(0)).here).toEqual([founder.device, guest.device]);
    guest.drop();
    expect(founder.all('presence').map(({ here }) => here)).toEqual([true]);
    second.drop();
    expect(founder.all('presence').map(({ here }) => here)).toEqual([true, false]);
  });

  test('is not said of who was removed, nor to who was', async () => {
    const { founder, join } = await withEntries(0);
    await founder.follow(0);
    const guest = await join();
    await guest.enter();
    await guest.follow(0);
    const change = { adds: [], removes: [guest.device] };
    await founder.append({ kind: 'commit', epoch: 1, change, info: Uint8Array.of(1) });
    expect(founder.last('presence')).toMatchObject({ device: guest.device, here: false });
    const told = guest.all('presence').length;
    founder.drop();
    expect(guest.all('presence')).toHaveLength(told);
  });
});
