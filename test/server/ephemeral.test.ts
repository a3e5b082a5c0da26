import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/protocol/index.ts';
import { createMemoryLog } from '../../src/server/index.ts';
import { createRoomOf } from './calls-world.ts';
import { createWorld, INFO, type Peer, ROOM, settle } from './world.ts';

type Three = [Peer, Peer, Peer];
const say = (body: Uint8Array | string, room: Uint8Array = ROOM) => ({ t: 'ephemeral', room, body: Buffer.from(body) }) as const;
const heard = (peer: Peer) => peer.all('ephemeral').map(({ body }) => Buffer.from(body).toString());

describe('what is said without being stored', () => {
  test('goes to the members that follow the room now, with its device, and to no other', async () => {
    const { peers, join } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    const [stranger, absent] = [await join(), await join(cleo.keys)];
    anna.send(say('typing'));
    expect(ben.last('ephemeral')).toEqual({ t: 'ephemeral', room: ROOM, device: anna.device, body: new Uint8Array(Buffer.from('typing')) });
    expect(heard(cleo)).toEqual(['typing']);
    // `absent` is of a member, and follows nothing.
    expect([anna, stranger, absent].flatMap(heard)).toEqual([]);
  });

  test('does not come back to its device over another connection', async () => {
    const { peers, join } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    const window = await join(anna.keys);
    await window.follow();
    anna.send(say('one'));
    window.send(say('two'));
    expect([heard(window), heard(anna), heard(ben)]).toEqual([[], [], ['one', 'two']]);
  });

  test('is in no log, and not told to who comes later', async () => {
    const log = createMemoryLog();
    const { openRoom, join } = await createWorld({ log });
    const anna = await openRoom();
    anna.send(say('typing'));
    await settle();
    expect(await log.read(ROOM, 0, { until: 9, entries: 9, bytes: 9 })).toEqual([]);
    const again = await join(anna.keys);
    await again.follow();
    expect(again.all('ephemeral')).toEqual([]);
  });

  test('is nothing from who is not in the room, and from who is in it no more', async () => {
    const { peers, join } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    const stranger = await join();
    await stranger.open();
    stranger.send(say('let me in'));
    stranger.send(say('nowhere', new Uint8Array(16)));
    // What came in one run with the commit was said before it was stored; what comes after it was not.
    ben.send(say('before'));
    await anna.append({ kind: 'commit', epoch: 2, change: { adds: [], removes: [ben.device] }, info: INFO });
    ben.send(say('after'));
    expect([heard(anna), heard(cleo)]).toEqual([['before'], ['before']]);
    cleo.send(say('without ben'));
    expect([heard(ben), stranger.link.closed]).toEqual([[], false]);
  });

  test('waits for nobody who is being sent a page', async () => {
    const { peers } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    ben.send({ t: 'follow', q: 9, room: ROOM, after: 0 });
    anna.send(say('lost'));
    await settle();
    anna.send(say('heard'));
    expect(heard(ben)).toEqual(['heard']);
  });

  test('has a size that the wire bounds', async () => {
    const { peers } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    anna.send(say(new Uint8Array(LIMITS.ephemeral)));
    expect(ben.last('ephemeral')?.body).toHaveLength(LIMITS.ephemeral);
    anna.send(say(new Uint8Array(LIMITS.ephemeral + 1)));
    expect([anna.last('error')?.code, anna.link.closed]).toEqual(['bad_frame', true]);
  });
});

describe('a device that says more than it may', () => {
  test('is heard as much as its budget lets through, over all its connections; then again with time', async () => {
    const { peers, join, clock } = await createRoomOf(2, { ephemerals: 10, ephemeralPause: 100 });
    const [anna, ben] = peers as [Peer, Peer];
    const window = await join(anna.keys);
    for (let i = 0; i < 20; i++) (i % 2 === 0 ? anna : window).send(say(`${i}`));
    expect(heard(ben)).toHaveLength(10);
    clock.advance(300);
    for (let i = 0; i < 20; i++) anna.send(say('later'));
    expect(heard(ben)).toHaveLength(13);
    // Others pay nothing for it.
    ben.send(say('fine'));
    expect(heard(anna)).toEqual(['fine']);
  });

  test('pays by the size', async () => {
    const { peers } = await createRoomOf(2, { ephemerals: 10 });
    const [anna, ben] = peers as [Peer, Peer];
    for (let i = 0; i < 20; i++) anna.send(say(new Uint8Array(4096)));
    expect(heard(ben)).toHaveLength(2);
  });

  test('is read more slowly where it goes on; so is a stranger', async () => {
    const { peers, join, clock } = await createRoomOf(1, { framesPerSecond: 200 });
    const [anna] = peers as [Peer];
    const stranger = await join();
    for (let i = 0; i < 5; i++) stranger.send(say('nothing'));
    expect(stranger.link.paused).toBe(false);
    for (let i = 0; i < 2; i++) stranger.send(say('nothing'));
    expect(stranger.link.paused).toBe(true);
    for (let i = 0; i < 64; i++) anna.send(say('typing'));
    expect(anna.link.paused).toBe(false);
    for (let i = 0; i < 5; i++) anna.send(say('typing'));
    expect([anna.link.paused, anna.link.closed]).toEqual([true, false]);
    clock.advance(1_000);
    expect([anna.link.paused, stranger.link.paused]).toEqual([false, false]);
  });
});
