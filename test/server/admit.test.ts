import { join as joinPath } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeEntry, hashEntry } from '../../src/protocol/index.ts';
import { createMemoryLog, openLmdb, type RoomLog } from '../../src/server/index.ts';
import { temporaryFolder } from './running.ts';
import { createKeys, createWorld, DOOR, FOUNDER_TOKEN, INFO, type Peer, ROOM, settle, WELCOME } from './world.ts';

const id = (n: number) => new Uint8Array(16).fill(n);
const headOf = (peer: Peer, seq: number) => {
  const bytes = peer.frames.flatMap((frame) => (frame.t === 'entries' || frame.t === 'page' ? frame.entries : []));
  return hashEntry(bytes.find((one) => decodeEntry(one).seq === seq) as Uint8Array);
};

describe('who is admitted', () => {
  test('gets its Welcome over each of its connections, knocks no longer, and follows from there', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    const second = await join(stranger.keys);
    const other = await join();
    await stranger.knock();
    await other.knock();
    await founder.say('before');
    expect(await founder.admit(stranger.device, 0)).toMatchObject({ t: 'stored' });
    const admitted = { t: 'admitted', room: ROOM, welcome: WELCOME, seq: 2, head: headOf(founder, 2) };
    expect([stranger.all('admitted'), second.all('admitted'), other.all('admitted')]).toEqual([[admitted], [admitted], []]);
    expect(founder.all('gone')).toEqual([{ t: 'gone', room: ROOM, device: stranger.device }]);
    expect(stranger.all('denied')).toEqual([]);
    expect(await stranger.follow(2)).toMatchObject({ t: 'page', entries: [], seq: 2, live: true });
    expect(stranger.all('knocking')).toEqual([{ t: 'knocking', room: ROOM, device: other.device, body: Uint8Array.of(9) }]);
    // Its knock is no more: its end is none of the members' business.
    second.drop();
    expect(founder.all('gone')).toHaveLength(1);
  });

  test('hears of it after the members heard what is in it', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    await founder.admit(stranger.device, 0);
    expect(founder.frames.slice(-3).map(({ t }) => t)).toEqual(['stored', 'entries', 'gone']);
  });

  test('gets it on each connection, until it follows the room from there', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const keys = createKeys();
    await founder.admit(keys.device, 0);
    for (let connection = 0; connection < 2; connection++) {
      const guest = await join(keys);
      await settle();
      expect(guest.all('admitted')).toEqual([{ t: 'admitted', room: ROOM, welcome: WELCOME, seq: 1, head: headOf(founder, 1) }]);
      expect(guest.frames.map(({ t }) => t)).toEqual(['challenge', 'welcome', 'admitted']);
      // Not from before: it may be an older copy of itself.
      await guest.follow(0);
      guest.drop();
    }
    const guest = await join(keys);
    await settle();
    expect(await guest.follow(2)).toMatchObject({ code: 'future_entry' });
    expect(await guest.follow(1)).toMatchObject({ t: 'page', live: true });
    const again = await join(keys);
    await settle();
    expect(again.all('admitted')).toEqual([]);
  });

  test('finds it after the relay was killed, and not after that was followed', async () => {
    const folder = temporaryFolder();
    const keys = createKeys();
    const founderKeys = createKeys();
    const storage = () => openLmdb(joinPath(folder, 'rooms.mdb'));
    const first = storage();
    const before = await createWorld(first);
    const founder = await before.join(founderKeys);
    founder.send({ t: 'found', q: 1, token: FOUNDER_TOKEN, room: ROOM, door: DOOR, info: INFO });
    await expect.poll(() => founder.last('founded')).toBeDefined();
    void founder.say('one');
    void founder.admit(keys.device, 0);
    await expect.poll(() => founder.last('stored')?.acks.at(-1)?.[1]).toBe(2);
    await first.close();

    const second = storage();
    const world = await createWorld(second);
    const guest = await world.join(keys);
    await expect.poll(() => guest.all('admitted')).toHaveLength(1);
    const [entry] = await second.log.read(ROOM, 1, { until: 2, entries: 1, bytes: 0 });
    expect(guest.all('admitted')).toEqual([{ t: 'admitted', room: ROOM, welcome: WELCOME, seq: 2, head: hashEntry(entry as Uint8Array) }]);
    guest.send({ t: 'follow', q: 1, room: ROOM, after: 2 });
    await expect.poll(() => guest.last('page')).toBeDefined();
    // What is being written is written.
    await world.relay.close();
    await second.close();

    const third = storage();
    expect(await third.log.welcome(ROOM, keys.device)).toBeUndefined();
    const late = await (await createWorld(third)).join(keys);
    late.send({ t: 'follow', q: 1, room: ROOM, after: 2 });
    await expect.poll(() => late.last('page')).toMatchObject({ live: true });
    expect(late.all('admitted')).toEqual([]);
    await third.close();
  });

  test('loses it when it is removed, leaves or comes in by itself, and has the newest when it is added again', async () => {
    const log = createMemoryLog();
    const { openRoom, join } = await createWorld({ log });
    const founder = await openRoom();
    const keys = createKeys();
    const remove = (epoch: number) => founder.append({ kind: 'commit', epoch, change: { adds: [], removes: [keys.device] }, info: INFO });
    const waits = async () => {
      const peer = await join(keys);
      await settle();
      peer.drop();
      return [peer.all('admitted').map(({ seq, welcome }) => [seq, welcome]), await log.welcome(ROOM, keys.device)];
    };
    await founder.admit(keys.device, 0);
    await remove(1);
    expect(await waits()).toEqual([[], undefined]);
    await founder.admit(keys.device, 2);
    const again = Uint8Array.of(4);
    await founder.append({ kind: 'commit', epoch: 3, change: { adds: [keys.device], removes: [keys.device] }, info: INFO, welcome: again });
    expect(await waits()).toEqual([[[4, again]], again]);
    const guest = await join(keys);
    await guest.append({ kind: 'leave', epoch: 4 });
    expect(await waits()).toEqual([[], undefined]);
    await founder.admit(keys.device, 4, { change: { adds: [keys.device], removes: [keys.device] } });
    expect((await waits())[1]).toEqual(WELCOME);
    await guest.open();
    const own = { adds: [keys.device], removes: [keys.device] };
    expect(await guest.append({ kind: 'commit', epoch: 5, change: own, info: INFO })).toMatchObject({ t: 'stored' });
    expect(await waits()).toEqual([[], undefined]);
  });

  test('is not sent one Welcome as another, while the disk knows of it alone', async () => {
    const log = createMemoryLog();
    const waiting: Array<() => void> = [];
    let slow = false;
    const late: RoomLog = {
      ...log,
      async write(writes) {
        await log.write(writes);
        if (slow) await new Promise<void>((resolve) => waiting.push(resolve));
      },
    };
    const { openRoom, join } = await createWorld({ log: late });
    const founder = await openRoom();
    const keys = createKeys();
    await founder.admit(keys.device, 0);
    slow = true;
    const newer = Uint8Array.of(4);
    await founder.append({ kind: 'commit', epoch: 1, change: { adds: [keys.device], removes: [keys.device] }, info: INFO, welcome: newer });
    const guest = await join(keys);
    await settle();
    expect(guest.all('admitted')).toEqual([]);
    for (const go of waiting.splice(0)) go();
    await settle();
    expect(guest.all('admitted')).toMatchObject([{ welcome: newer, seq: 2 }]);
  });

  test('and taken out in one turn gets none; taken out and in again gets the last', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const [a, b] = [await join(), await join()];
    const frame = { t: 'append', room: ROOM, kind: 'commit', body: Uint8Array.of(1), info: INFO } as const;
    const second = Uint8Array.of(5);
    founder.send(
      { ...frame, id: id(1), epoch: 0, change: { adds: [a.device], removes: [] }, welcome: WELCOME },
      { ...frame, id: id(2), epoch: 1, change: { adds: [b.device], removes: [] }, welcome: WELCOME },
      { ...frame, id: id(3), epoch: 2, change: { adds: [], removes: [a.device] } },
      { ...frame, id: id(4), epoch: 3, change: { adds: [b.device], removes: [b.device] }, welcome: second },
    );
    await settle();
    expect(founder.last('stored')?.acks).toHaveLength(4);
    expect(a.all('admitted')).toEqual([]);
    expect(b.all('admitted').map(({ seq, welcome }) => [seq, welcome])).toEqual([[4, second]]);
  });

  test('ends its knock by coming in through the door', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    await stranger.enter();
    expect(founder.all('gone')).toEqual([{ t: 'gone', room: ROOM, device: stranger.device }]);
    expect(stranger.all('admitted')).toEqual([]);
  });

  test('stays outside when it could not be stored, and knocks on', async () => {
    const log = createMemoryLog();
    let broken = false;
    const weak: RoomLog = { ...log, write: async (writes) => (broken ? Promise.reject(new Error('no space')) : log.write(writes)) };
    const { openRoom, join } = await createWorld({ log: weak });
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    broken = true;
    expect(await founder.admit(stranger.device, 0, { id: id(1) })).toMatchObject({ t: 'refused', code: 'storage_failed' });
    expect([stranger.all('admitted'), founder.all('gone')]).toEqual([[], []]);
    broken = false;
    expect(await founder.admit(stranger.device, 0, { id: id(1) })).toMatchObject({ t: 'stored' });
    expect(stranger.all('admitted')).toHaveLength(1);
    // The answer was lost: it is told once.
    expect(await founder.admit(stranger.device, 0, { id: id(1) })).toMatchObject({ t: 'stored' });
    expect(stranger.all('admitted')).toHaveLength(1);
  });

  test('keeps its Welcome while that cannot be dropped', async () => {
    const log = createMemoryLog();
    let broken = false;
    const weak: RoomLog = { ...log, write: async (writes) => (broken ? Promise.reject(new Error('no space')) : log.write(writes)) };
    const { openRoom, join, events } = await createWorld({ log: weak });
    const founder = await openRoom();
    const keys = createKeys();
    await founder.admit(keys.device, 0);
    broken = true;
    const guest = await join(keys);
    expect(await guest.follow(1)).toMatchObject({ t: 'page', live: true });
    expect(events.at(-1)).toMatchObject({ event: 'storage_failed' });
    broken = false;
    await guest.follow(1);
    expect(await log.welcome(ROOM, keys.device)).toBeUndefined();
  });
});

test('a connection is sent so much at its beginning, the smallest Welcomes first', async () => {
  const { openRoom, join } = await createWorld({ limits: { welcomeBytes: 2_000, welcomes: 3 } });
  const founder = await openRoom();
  const keys = createKeys();
  const sizes = [1_900, 500, 700, 10, 20];
  for (const [n, size] of sizes.entries()) {
    const room = id(n);
    await founder.ask({ t: 'create', q: n, room });
    await founder.admit(keys.device, 0, { room, welcome: new Uint8Array(size), info: null });
  }
  const guest = await join(keys);
  await settle();
  expect(guest.all('admitted').map(({ welcome }) => welcome.length)).toEqual([10, 20, 500]);
  for (const { room, seq } of guest.all('admitted')) await guest.ask({ t: 'follow', q: 1, room, after: seq });
  const later = await join(keys);
  await settle();
  expect(later.all('admitted').map(({ welcome }) => welcome.length)).toEqual([700]);
});
