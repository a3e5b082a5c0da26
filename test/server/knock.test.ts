import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/protocol/index.ts';
import { createMemoryLog } from '../../src/server/index.ts';
import { createKeys, createWorld, DOOR, DOOR_TOKEN, hash, INFO, KNOCK_KEY, type Peer, ROOM, settle } from './world.ts';

const BODY = Uint8Array.of(9);
const OTHER_KEY = new Uint8Array(32).fill(0xa1);
const nowhere = new Uint8Array(16).fill(1);
const refused = (code: string) => ({ t: 'error', q: expect.any(Number), code });
const knocks = (peer: Peer) => peer.all('knocking').map(({ device, body }) => [Buffer.from(device).toString('hex'), body]);
const gone = (peer: Peer) => peer.all('gone').map(({ device }) => Buffer.from(device).toString('hex'));
/** A commit that changes what stands beside the door. */
const move = (peer: Peer, epoch: number, change: object) =>
  peer.append({
    kind: 'commit',
    epoch,
    change: { adds: [], removes: [], ...change },
    info: 'door' in change && change.door === null ? null : INFO,
  });

describe('the front room', () => {
  test('is told to anybody, with what it takes to knock', async () => {
    const { openRoom, join } = await createWorld();
    const stranger = await join();
    expect(await stranger.ask({ t: 'front', q: 7 })).toEqual({ t: 'error', q: 7, code: 'not_founded' });
    const founder = await openRoom();
    expect(await stranger.ask({ t: 'front', q: 8 })).toEqual({ t: 'front', q: 8, room: ROOM, open: null, knock: KNOCK_KEY });
    await move(founder, 0, { door: null });
    expect(await stranger.ask({ t: 'front', q: 9 })).toEqual({ t: 'front', q: 9, room: ROOM, open: null, knock: null });
  });

  test('is as good as a link where it is open, until the link is another', async () => {
    const { join } = await createWorld();
    const [founder, stranger] = [await join(), await join()];
    await founder.found({ open: DOOR_TOKEN });
    expect(await stranger.ask({ t: 'front', q: 1 })).toMatchObject({ open: DOOR_TOKEN, knock: KNOCK_KEY });
    await move(founder, 0, {});
    expect(await stranger.ask({ t: 'front', q: 2 })).toMatchObject({ open: DOOR_TOKEN, knock: KNOCK_KEY });
    await move(founder, 1, { door: DOOR, open: OTHER_KEY });
    expect(await stranger.ask({ t: 'front', q: 3 })).toMatchObject({ open: OTHER_KEY, knock: null });
    await move(founder, 2, { door: DOOR, knock: OTHER_KEY });
    expect(await stranger.ask({ t: 'front', q: 4 })).toMatchObject({ open: null, knock: OTHER_KEY });
  });

  test('is the first one, also after a restart and beside other rooms', async () => {
    const log = createMemoryLog();
    const first = await createWorld({ log });
    const founder = await first.openRoom();
    expect(await founder.ask({ t: 'create', q: 1, room: new Uint8Array(16) })).toMatchObject({ t: 'created' });
    const second = await createWorld({ log });
    expect(await (await second.join()).ask({ t: 'front', q: 1 })).toMatchObject({ room: ROOM, knock: KNOCK_KEY });
  });
});

describe('a knock', () => {
  test('is told to who follows the room, and to who does so later right behind its page', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    expect(await stranger.knock()).toEqual({ t: 'knocked', q: 1 });
    expect(knocks(founder)).toEqual([[stranger.key, BODY]]);
    const later = await join(founder.keys);
    await later.follow();
    expect(later.frames.slice(-2).map(({ t }) => t)).toEqual(['page', 'knocking']);
    expect(knocks(later)).toEqual([[stranger.key, BODY]]);
    expect(stranger.all('knocking')).toEqual([]);
  });

  test('is told to nobody else', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.enter();
    await guest.follow();
    const stranger = await join();
    await founder.append({ kind: 'commit', epoch: 1, change: { adds: [], removes: [guest.device] }, info: INFO });
    await stranger.knock();
    await guest.follow(0);
    expect([guest.all('knocking'), guest.all('gone')]).toEqual([[], []]);
  });

  test('is not taken where there is no room, or no knock key', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    expect(await stranger.ask({ t: 'knock', q: 1, room: nowhere, body: BODY })).toEqual(refused('unknown_room'));
    await move(founder, 0, { door: null });
    expect(await stranger.knock()).toEqual(refused('knock_closed'));
    await move(founder, 1, { door: DOOR });
    expect(await stranger.knock()).toEqual(refused('knock_closed'));
    expect(founder.all('knocking')).toEqual([]);
  });

  test('ends with its connection, or when it is withdrawn over any of its device', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const [first, second] = [await join(), await join()];
    await first.knock();
    await second.knock();
    first.drop();
    expect(gone(founder)).toEqual([first.key]);
    const again = await join(second.keys);
    again.send({ t: 'withdraw', room: ROOM });
    expect(gone(founder)).toEqual([first.key, second.key]);
    // Nothing is left of either.
    again.send({ t: 'withdraw', room: ROOM });
    second.drop();
    expect(founder.all('gone')).toHaveLength(2);
    await founder.follow();
    expect(founder.all('knocking')).toHaveLength(2);
  });

  test('of a device over two connections is one, the newest, and lives as long as that', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const older = await join();
    const newer = await join(older.keys);
    await older.knock(Uint8Array.of(1));
    await newer.knock(Uint8Array.of(2));
    expect(knocks(founder)).toEqual([
      [older.key, Uint8Array.of(1)],
      [older.key, Uint8Array.of(2)],
    ]);
    older.drop();
    expect(founder.all('gone')).toEqual([]);
    const late = await join(founder.keys);
    await late.follow();
    expect(knocks(late)).toEqual([[older.key, Uint8Array.of(2)]]);
    newer.drop();
    expect(gone(founder)).toEqual([newer.key]);
  });

  test('may come of a member, which has lost what it knew', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.enter();
    expect(await guest.knock()).toMatchObject({ t: 'knocked' });
    expect(knocks(founder)).toEqual([[guest.key, BODY]]);
  });

  test('says nothing of names and bodies to the host', async () => {
    const { openRoom, join, events } = await createWorld();
    await openRoom();
    const stranger = await join();
    await stranger.knock();
    expect(events.at(-1)).toEqual({ event: 'knock', room: '70'.repeat(16), device: stranger.key });
  });
});

describe('a refusal', () => {
  test('sends the knocker away for a while, over each of its connections', async () => {
    const { openRoom, join, clock } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    founder.send({ t: 'deny', room: ROOM, device: stranger.device });
    expect([stranger.last('denied'), gone(founder)]).toEqual([{ t: 'denied', room: ROOM }, [stranger.key]]);
    expect(await stranger.knock()).toEqual(refused('knock_refused'));
    clock.advance(LIMITS.knockAgain - 1);
    const again = await join(stranger.keys);
    expect(await again.knock()).toEqual(refused('knock_refused'));
    clock.advance(1);
    expect(await again.knock()).toMatchObject({ t: 'knocked' });
  });

  test('is for members, and of who knocks', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const [stranger, other] = [await join(), await join()];
    await stranger.knock();
    await other.knock();
    other.send({ t: 'deny', room: ROOM, device: stranger.device });
    founder.send({ t: 'deny', room: nowhere, device: stranger.device }, { t: 'deny', room: ROOM, device: createKeys().device });
    expect([stranger.all('denied'), founder.all('gone')]).toEqual([[], []]);
    stranger.send({ t: 'withdraw', room: ROOM });
    founder.send({ t: 'deny', room: ROOM, device: stranger.device });
    expect(await stranger.knock()).toMatchObject({ t: 'knocked' });
  });

  test('is of one room alone', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    const room = new Uint8Array(16).fill(2);
    await founder.ask({ t: 'create', q: 1, room });
    await founder.append({ room, kind: 'commit', change: { adds: [], removes: [], door: DOOR, knock: OTHER_KEY }, info: INFO });
    await stranger.knock();
    founder.send({ t: 'deny', room: ROOM, device: stranger.device });
    expect(await stranger.ask({ t: 'knock', q: 9, room, body: BODY })).toMatchObject({ t: 'knocked' });
  });
});

describe('another knock key', () => {
  test('takes their bodies from those who wait, and asks them for new ones', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    await move(founder, 0, { door: null });
    expect(stranger.last('rekey')).toEqual({ t: 'rekey', room: ROOM, knock: null });
    expect(gone(founder)).toEqual([stranger.key]);
    await founder.follow();
    expect(founder.all('knocking')).toHaveLength(1);
    expect(await stranger.knock()).toEqual(refused('knock_closed'));
    await move(founder, 1, { door: DOOR, knock: OTHER_KEY });
    expect(stranger.last('rekey')).toEqual({ t: 'rekey', room: ROOM, knock: OTHER_KEY });
    expect(await stranger.knock(Uint8Array.of(2))).toMatchObject({ t: 'knocked' });
    expect(knocks(founder).at(-1)).toEqual([stranger.key, Uint8Array.of(2)]);
    expect(founder.all('gone')).toHaveLength(1);
  });

  test('leaves a knock that is nobody’s business until it comes anew: its end is told to the knocker alone', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const [denied, withdrawn, dropped] = [await join(), await join(), await join()];
    for (const stranger of [denied, withdrawn, dropped]) await stranger.knock();
    await move(founder, 0, { door: DOOR, knock: OTHER_KEY });
    const before = founder.frames.length;
    founder.send({ t: 'deny', room: ROOM, device: denied.device });
    withdrawn.send({ t: 'withdraw', room: ROOM });
    dropped.drop();
    await move(founder, 1, { door: DOOR, knock: KNOCK_KEY });
    expect(founder.frames.slice(before).map(({ t }) => t)).toEqual(['stored', 'entries']);
    expect([denied, withdrawn, dropped].map((peer) => [peer.all('rekey').length, peer.all('denied').length])).toEqual([
      [1, 1],
      [1, 0],
      [1, 0],
    ]);
  });

  test('that is the same is none: nobody is asked again', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    await move(founder, 0, { door: hash(OTHER_KEY), knock: KNOCK_KEY });
    await founder.say('and messages change nothing', { epoch: 1 });
    expect([stranger.all('rekey'), founder.all('gone')]).toEqual([[], []]);
  });

  test('closed and opened in one turn is told once', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.knock();
    const frame = { t: 'append', room: ROOM, kind: 'commit', body: BODY } as const;
    const change = { adds: [], removes: [] };
    founder.send(
      { ...frame, id: new Uint8Array(16), epoch: 0, change: { ...change, door: null } },
      { ...frame, id: new Uint8Array(16).fill(1), epoch: 1, change: { ...change, door: DOOR, knock: OTHER_KEY }, info: INFO },
    );
    await settle();
    expect(stranger.all('rekey')).toEqual([{ t: 'rekey', room: ROOM, knock: OTHER_KEY }]);
  });

  test('is told to who knocked by the one before, since both were on their way', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const stranger = await join();
    await stranger.ask({ t: 'front', q: 1 });
    await move(founder, 0, { door: DOOR, knock: OTHER_KEY });
    expect(await stranger.knock()).toMatchObject({ t: 'knocked' });
    expect(stranger.frames.slice(-2)).toEqual([
      { t: 'knocked', q: expect.any(Number) },
      { t: 'rekey', room: ROOM, knock: OTHER_KEY },
    ]);
    expect(founder.all('knocking')).toEqual([]);
    expect(await stranger.knock(Uint8Array.of(2))).toMatchObject({ t: 'knocked' });
    expect(knocks(founder)).toEqual([[stranger.key, Uint8Array.of(2)]]);
    expect(stranger.all('rekey')).toHaveLength(1);
  });
});

describe('a flood of knocks', () => {
  test('is bounded at one door, where no address takes more places than it leaves', async () => {
    const { openRoom, join } = await createWorld({ limits: { knocks: 4 } });
    await openRoom();
    const [a, b, c] = [await join(), await join(), await join()];
    expect([(await a.knock())?.t, (await b.knock())?.t]).toEqual(['knocked', 'knocked']);
    expect(await c.knock()).toEqual(refused('too_many_knocks'));
    const at = (n: number) => join(undefined, { address: `10.0.0.${n}` });
    const [second, third, fourth] = [await at(2), await at(3), await at(4)];
    expect([(await second.knock())?.t, (await third.knock())?.t]).toEqual(['knocked', 'knocked']);
    expect(await fourth.knock()).toEqual(refused('too_many_knocks'));
    // A knock that is replaced takes no more room, and one that ends makes some.
    expect(await a.knock(Uint8Array.of(2))).toMatchObject({ t: 'knocked' });
    b.drop();
    expect(await fourth.knock()).toMatchObject({ t: 'knocked' });
    a.send({ t: 'withdraw', room: ROOM });
    expect(await c.knock()).toMatchObject({ t: 'knocked' });
  });

  test('is bounded at all doors for one address', async () => {
    const { openRoom, join } = await createWorld({ limits: { knocks: 2 } });
    const founder = await openRoom();
    const rooms = [ROOM, new Uint8Array(16).fill(2), new Uint8Array(16).fill(3)];
    for (const room of rooms.slice(1)) {
      await founder.ask({ t: 'create', q: 1, room });
      await founder.append({ room, kind: 'commit', change: { adds: [], removes: [], door: DOOR, knock: OTHER_KEY }, info: INFO });
    }
    const [first, second] = [await join(), await join(undefined, { address: '10.0.0.2' })];
    const knock = async (peer: Peer, n: number) => (await peer.ask({ t: 'knock', q: 9, room: rooms[n] as Uint8Array, body: BODY }))?.t;
    expect([await knock(first, 0), await knock(first, 1), await knock(first, 2)]).toEqual(['knocked', 'knocked', 'error']);
    expect(await knock(second, 2)).toBe('knocked');
    first.send({ t: 'withdraw', room: ROOM });
    expect(await knock(first, 2)).toBe('knocked');
  });

  test('is bounded in all', async () => {
    const { openRoom, join } = await createWorld({ limits: { knocksInAll: 2 } });
    await openRoom();
    const at = async (n: number) => (await join(undefined, { address: `10.0.0.${n}` })).knock();
    expect([(await at(2))?.t, (await at(3))?.t]).toEqual(['knocked', 'knocked']);
    expect(await at(4)).toEqual(refused('too_many_knocks'));
  });

  test('wakes the members so many times and then slowly, whatever keys it comes by', async () => {
    const { openRoom, join, clock } = await createWorld({ limits: { knockBurst: 5, knockPause: 1_000 } });
    const founder = await openRoom();
    const address = '10.0.0.66';
    async function harass(): Promise<string | undefined> {
      const stranger = await join(undefined, { address });
      const answer = await stranger.knock();
      stranger.send({ t: 'withdraw', room: ROOM });
      stranger.drop();
      return answer?.t;
    }
    const answers = [];
    for (let i = 0; i < 20; i++) answers.push(await harass());
    expect(answers.filter((answer) => answer === 'knocked')).toHaveLength(5);
    expect([founder.all('knocking').length, founder.all('gone').length]).toEqual([5, 5]);
    // Others are not made to pay.
    expect(await (await join(undefined, { address: '10.0.0.2' })).knock()).toMatchObject({ t: 'knocked' });
    clock.advance(1_000);
    expect([await harass(), await harass()]).toEqual(['knocked', 'error']);
  });

  test('by one connection that replaces its knock is no other, and leaves the one before', async () => {
    const { openRoom, join } = await createWorld({ limits: { knockBurst: 3 } });
    const founder = await openRoom();
    const stranger = await join();
    for (let i = 0; i < 10; i++) await stranger.knock(Uint8Array.of(i));
    expect(knocks(founder)).toHaveLength(3);
    expect(stranger.last('error')).toEqual(refused('too_many_knocks'));
    const late = await join(founder.keys);
    await late.follow();
    expect(knocks(late)).toEqual([[stranger.key, Uint8Array.of(2)]]);
  });

  test('does not count what the relay asked for', async () => {
    const { openRoom, join } = await createWorld({ limits: { knockBurst: 2 } });
    const founder = await openRoom();
    const [a, b] = [await join(), await join()];
    await a.knock();
    await b.knock();
    await move(founder, 0, { door: DOOR, knock: OTHER_KEY });
    expect([(await a.knock())?.t, (await b.knock())?.t]).toEqual(['knocked', 'knocked']);
    expect(await a.knock()).toEqual(refused('too_many_knocks'));
  });
});
