import { describe, expect, test } from 'vitest';
import { encodeFrame, LIMITS } from '../../src/protocol/index.ts';
import { createMemoryLog, type RoomLog } from '../../src/server/index.ts';
import { createWorld, DOOR, FOUNDER_TOKEN, INFO, type Peer, ROOM, settle } from './world.ts';

const UNPROVEN_FRAME = 4096;
const id = (n: number) => new Uint8Array(16).fill(n);
const errorOf = (peer: Peer) => peer.last('error')?.code;
const message = (n: number, body = Uint8Array.of(1)) =>
  ({
    t: 'append',
    room: ROOM,
    id: Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? n : i === 1 ? n >> 8 : 0)),
    kind: 'message',
    epoch: 0,
    body,
  }) as const;
const pings = (count: number) => Buffer.concat(Array<Uint8Array>(count).fill(encodeFrame({ t: 'ping' })));

/** A log whose writes wait until they are let go. */
function createHeldLog() {
  const log = createMemoryLog();
  const waiting: Array<() => void> = [];
  const held: RoomLog = {
    ...log,
    async write(writes) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await log.write(writes);
    },
  };
  return {
    log: held,
    async release() {
      await settle();
      for (const go of waiting.splice(0)) go();
      await settle();
    },
  };
}

describe('the size of a frame', () => {
  test('is bounded before its bytes are kept, for who has not proved a device much lower', async () => {
    const { connect, join } = await createWorld();
    const header = (length: number) => Buffer.from([0, length >> 16, (length >> 8) & 255, length & 255]);
    const stranger = connect();
    stranger.receive(header(UNPROVEN_FRAME));
    expect(stranger.link.closed).toBe(false);
    const other = connect();
    other.receive(header(UNPROVEN_FRAME + 1));
    expect([errorOf(other), other.link.closed]).toEqual(['too_large', true]);
    const proved = await join();
    proved.receive(header(LIMITS.frame));
    expect(proved.link.closed).toBe(false);
    const late = await join();
    late.receive(header(LIMITS.frame + 1));
    expect([errorOf(late), late.link.closed]).toEqual(['too_large', true]);
  });

  test('takes a body of the largest size, and refuses a larger one', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    expect(await founder.append({ body: new Uint8Array(LIMITS.body) })).toMatchObject({ t: 'stored' });
    await founder.append({ body: new Uint8Array(LIMITS.body + 1) });
    expect(errorOf(founder)).toBe('bad_frame');
  });
});

describe('the rate of frames', () => {
  test('is bounded: who sends faster is read more slowly, and not sent away', async () => {
    const { join, clock } = await createWorld({ limits: { framesPerSecond: 100 } });
    const peer = await join();
    peer.receive(pings(90));
    expect(peer.link.paused).toBe(false);
    peer.receive(pings(20));
    expect(peer.link.paused).toBe(true);
    expect(peer.all('pong').length).toBeLessThan(105);
    clock.advance(499);
    expect(peer.link.paused).toBe(true);
    clock.advance(1);
    expect(peer.link.paused).toBe(false);
    expect(peer.all('pong')).toHaveLength(110);
    // Half a second has brought half a bucket.
    peer.receive(pings(30));
    expect(peer.link.paused).toBe(false);
    peer.receive(pings(30));
    expect([peer.link.paused, peer.link.closed]).toEqual([true, false]);
  });
});

describe('what waits for the disk', () => {
  test('is bounded in number: past it the connection is not read until half of it is done', async () => {
    const { log, release } = createHeldLog();
    const { join } = await createWorld({ log, limits: { appendsInFlight: 8, batchAppends: 2 } });
    const [peer, other] = [await join(), await join()];
    const founded = peer.found();
    await release();
    await founded;
    peer.send(...[1, 2, 3, 4, 5, 6, 7].map((n) => message(n)));
    await settle();
    expect(peer.link.paused).toBe(false);
    peer.send(message(8));
    expect(peer.link.paused).toBe(true);
    await release();
    expect([peer.all('stored').length, peer.link.paused]).toEqual([1, true]);
    await release();
    expect([peer.all('stored').length, peer.link.paused]).toEqual([2, false]);
    expect(other.link.paused).toBe(false);
  });

  test('is bounded in bytes', async () => {
    const { log, release } = createHeldLog();
    const { join } = await createWorld({ log, limits: { appendBytesInFlight: 100_000 } });
    const peer = await join();
    const founded = peer.found();
    await release();
    await founded;
    peer.send(message(1, new Uint8Array(90_000)));
    expect(peer.link.paused).toBe(false);
    peer.send(message(2, new Uint8Array(20_000)));
    expect(peer.link.paused).toBe(true);
    await settle();
    await release();
    expect([peer.all('stored').length, peer.link.paused]).toEqual([1, false]);
  });

  test('is nothing of who is in no room: it is refused at once', async () => {
    const { log, release } = createHeldLog();
    const { join } = await createWorld({ log });
    const [founder, stranger] = [await join(), await join()];
    const founded = founder.found();
    await release();
    await founded;
    founder.send(message(1));
    await settle();
    stranger.send(message(2));
    expect(stranger.last('refused')).toEqual({ t: 'refused', room: ROOM, id: message(2).id, code: 'unknown_room', epoch: 0 });
    expect(founder.last('stored')).toBeUndefined();
  });

  test('is bounded also where all of it came at once: the rest is not looked at', async () => {
    const log = createMemoryLog();
    let reads = 0;
    const waiting: Array<() => void> = [];
    const slow: RoomLog = {
      ...log,
      async read(...args) {
        reads += 1;
        await new Promise<void>((resolve) => waiting.push(resolve));
        return log.read(...args);
      },
    };
    const { openRoom } = await createWorld({ log: slow, limits: { requestsInFlight: 4 } });
    const founder = await openRoom();
    await founder.say('one');
    founder.send(...Array.from({ length: 50 }, (_, q) => ({ t: 'follow', q, room: ROOM, after: 0 }) as const), { t: 'ping' });
    await settle();
    expect([reads, founder.link.paused, founder.all('pong').length]).toEqual([4, true, 0]);
    while (waiting.length > 0) {
      for (const go of waiting.splice(0)) go();
      await settle();
    }
    // None is left out, in order.
    expect(
      founder
        .all('page')
        .slice(1)
        .map(({ q }) => q),
    ).toEqual(Array.from({ length: 50 }, (_, q) => q));
    expect([founder.all('pong').length, founder.link.paused]).toEqual([1, false]);
  });

  test('is not taken any more when the relay stops', async () => {
    const { log, release } = createHeldLog();
    const { join, relay } = await createWorld({ log, limits: { appendsInFlight: 2 } });
    const peer = await join();
    const founded = peer.found();
    await release();
    await founded;
    peer.send(message(1), message(2), message(3), message(4));
    await settle();
    const closing = relay.close();
    await release();
    await closing;
    expect(peer.all('stored').flatMap(({ acks }) => acks.map(([, seq]) => seq))).toEqual([1, 2]);
    expect(errorOf(peer)).toBe('shutting_down');
  });

  test('is bounded for requests too', async () => {
    const log = createMemoryLog();
    const waiting: Array<() => void> = [];
    const slow: RoomLog = {
      ...log,
      async read(...args) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return log.read(...args);
      },
    };
    const { openRoom } = await createWorld({ log: slow, limits: { requestsInFlight: 4 } });
    const founder = await openRoom();
    await founder.say('one');
    const follow = (q: number) => ({ t: 'follow', q, room: ROOM, after: 0 }) as const;
    founder.send(follow(1), follow(2), follow(3));
    await settle();
    expect(founder.link.paused).toBe(false);
    founder.send(follow(4));
    expect(founder.link.paused).toBe(true);
    for (const go of waiting.splice(0)) go();
    await settle();
    expect(founder.link.paused).toBe(false);
  });
});

describe('who does not read', () => {
  test('is sent away with a code before it costs memory, and resumes from where it was', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.enter();
    await guest.follow();
    guest.link.queued = LIMITS.sendQueue - 10;
    await founder.say('hello', { epoch: 1 });
    expect([errorOf(guest), guest.link.closed]).toEqual(['too_slow', true]);
    expect(founder.link.closed).toBe(false);
    expect(founder.last('presence')).toMatchObject({ device: guest.device, here: false });
    const again = await join(guest.keys);
    expect(await again.follow(1)).toMatchObject({ t: 'page', seq: 2 });
  });

  test('is sent away with all others who do not, a whole room of them', async () => {
    const { openRoom, join, events } = await createWorld();
    const founder = await openRoom();
    const guests = await Promise.all(Array.from({ length: 240 }, () => join()));
    for (const [epoch, { device }] of guests.entries()) await founder.admit(device, epoch);
    for (const guest of guests) guest.send({ t: 'follow', q: 1, room: ROOM, after: 0 });
    await settle();
    expect(guests.at(-1)?.last('page')?.here).toHaveLength(241);
    // Each that goes is announced to those that cannot take it.
    for (const { link } of guests) link.queued = LIMITS.sendQueue;
    await founder.say('hello', { epoch: 240 });
    expect(guests.filter(({ link }) => !link.closed)).toEqual([]);
    expect(events.filter(({ event }) => event === 'fault')).toEqual([]);
    expect(founder.entries().at(-1)).toMatchObject({ seq: 241, kind: 'message' });
  });

  test('is sent away earlier where many do not: together they may hold so much', async () => {
    const { openRoom, join, clock } = await createWorld({ limits: { sendQueue: 1000, fairQueue: 100, queuedInAll: 1500 } });
    const founder = await openRoom();
    const [first, second, third] = [await join(), await join(), await join()];
    first.link.queued = 800;
    second.link.queued = 600;
    third.link.queued = 50;
    for (const peer of [first, second, third]) peer.send({ t: 'ping' });
    // All within their own bounds, and together within theirs.
    expect([first, second, third].map(({ link }) => link.closed)).toEqual([false, false, false]);
    third.link.queued = 80;
    first.link.queued = 900;
    clock.advance(1_000);
    third.send({ t: 'ping' });
    // Whoever holds little is not made to pay.
    expect(third.link.closed).toBe(false);
    second.send({ t: 'ping' });
    clock.advance(1_000);
    expect([errorOf(second), second.link.closed]).toEqual(['too_slow', true]);
    first.send({ t: 'ping' });
    expect(first.link.closed).toBe(false);
    expect(founder.link.closed).toBe(false);
  });

  test('counts with what it began to send and did not end', async () => {
    const { join, clock } = await createWorld({ limits: { fairQueue: 100, queuedInAll: 1500 } });
    const half = (size: number) => Buffer.concat([Buffer.from([0, 0, size >> 8, size & 255]), Buffer.alloc(size - 1)]);
    const [first, second] = [await join(), await join()];
    first.receive(half(1000));
    expect(first.link.closed).toBe(false);
    clock.advance(1_000);
    second.receive(half(1000));
    expect([errorOf(second), second.link.closed]).toEqual(['too_slow', true]);
    expect(first.link.closed).toBe(false);
  });
});

describe('connections', () => {
  test('are bounded from one address, and one that goes makes room', async () => {
    const { connect, join } = await createWorld({ limits: { connectionsPerAddress: 2 } });
    const peers = [await join(), await join()];
    const third = connect();
    expect([errorOf(third), third.link.closed]).toEqual(['too_many_connections', true]);
    expect(connect(undefined, { address: '10.0.0.2' }).link.closed).toBe(false);
    third.drop();
    expect(connect().link.closed).toBe(true);
    peers[0]?.drop();
    expect(connect().link.closed).toBe(false);
    expect(connect().link.closed).toBe(true);
  });

  test('are bounded in all', async () => {
    const { connect } = await createWorld({ limits: { connections: 3 } });
    const at = (n: number) => connect(undefined, { address: `10.0.0.${n}` });
    const peers = [1, 2, 3].map(at);
    expect(peers.map(({ link }) => link.closed)).toEqual([false, false, false]);
    expect(errorOf(at(4))).toBe('too_many_connections');
    peers[1]?.drop();
    expect(at(5).link.closed).toBe(false);
  });

  test('are told when the relay stops, once what they sent is stored', async () => {
    const { log, release } = createHeldLog();
    const { join, connect, relay } = await createWorld({ log });
    const peer = await join();
    const founded = peer.found();
    await release();
    await founded;
    peer.send(message(1));
    await settle();
    const closing = relay.close();
    await settle();
    expect(peer.link.closed).toBe(false);
    expect(errorOf(connect())).toBe('shutting_down');
    peer.send(message(2));
    await release();
    await closing;
    expect(peer.frames.slice(-2)).toEqual([
      { t: 'stored', room: ROOM, acks: [[message(1).id, 1]] },
      { t: 'error', code: 'shutting_down' },
    ]);
    expect(peer.link.closed).toBe(true);
  });
});

describe('a fault', () => {
  test('of the disk is told to all whose entries were not stored; what comes after it is', async () => {
    const log = createMemoryLog();
    let broken = false;
    const weak: RoomLog = { ...log, write: async (writes) => (broken ? Promise.reject(new Error('no space')) : log.write(writes)) };
    const { openRoom, events } = await createWorld({ log: weak });
    const founder = await openRoom();
    broken = true;
    expect(await founder.append({ id: id(1) })).toEqual({ t: 'refused', room: ROOM, id: id(1), code: 'storage_failed', epoch: 0 });
    expect(events.at(-1)).toMatchObject({ event: 'storage_failed' });
    broken = false;
    expect(await founder.append({ id: id(1) })).toMatchObject({ t: 'stored', acks: [[id(1), 1]] });
    expect(founder.entries().map(({ seq }) => seq)).toEqual([1]);
  });

  test('of the disk while the room is founded leaves the link good', async () => {
    const log = createMemoryLog();
    let broken = true;
    const weak: RoomLog = { ...log, write: async (writes) => (broken ? Promise.reject(new Error('no space')) : log.write(writes)) };
    const { join, relay } = await createWorld({ log: weak });
    const founder = await join();
    expect(await founder.found()).toMatchObject({ t: 'error', code: 'storage_failed' });
    expect(relay.founded).toBe(false);
    broken = false;
    expect(await founder.found()).toMatchObject({ t: 'founded' });
  });

  test('of one link ends that session alone: the others get all there is', async () => {
    const { openRoom, join, events } = await createWorld();
    const founder = await openRoom();
    const [broken, guest] = [await join(), await join()];
    await founder.admit(broken.device, 0);
    await founder.admit(guest.device, 1);
    await broken.follow();
    await guest.follow();
    broken.link.broken = true;
    await founder.say('hello', { epoch: 2 });
    await founder.say('again', { epoch: 2 });
    expect(broken.link.closed).toBe(true);
    expect(guest.entries().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(founder.all('stored')).toHaveLength(4);
    expect(events.filter(({ event }) => event === 'fault')).toHaveLength(1);
  });

  test('of a request that nobody foresaw ends that session alone', async () => {
    const log = createMemoryLog();
    const { openRoom, join, events } = await createWorld({ log: { ...log, read: () => Promise.reject(new Error('what?')) } });
    const founder = await openRoom();
    const other = await join();
    await founder.say('one');
    founder.send({ t: 'follow', q: 1, room: ROOM, after: 0 });
    await settle();
    expect([founder.link.closed, other.link.closed]).toEqual([true, false]);
    expect(events.filter(({ event }) => event === 'fault')).toHaveLength(1);
    other.send({ t: 'found', q: 1, token: FOUNDER_TOKEN, room: ROOM, door: DOOR, info: INFO });
    await settle();
    expect(errorOf(other)).toBe('already_founded');
  });
});
