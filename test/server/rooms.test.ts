import { describe, expect, test } from 'vitest';
import { decodeEntry, genesisHash, hashEntry, LIMITS } from '../../src/protocol/index.ts';
import { createMemoryLog, type RoomLog } from '../../src/server/index.ts';
import {
  createKeys,
  createWorld,
  DOOR,
  DOOR_TOKEN,
  FOUNDER_TOKEN,
  hash,
  INFO,
  KNOCK_KEY,
  type Peer,
  ROOM,
  settle,
  WELCOME,
} from './world.ts';

const id = (n: number) => new Uint8Array(16).fill(n);
const commit = (adds: Uint8Array[], removes: Uint8Array[], more = {}) =>
  ({ kind: 'commit', epoch: 0, change: { adds, removes }, info: INFO, ...more }) as const;
/** Takes somebody else in. */
const admit = (device: Uint8Array, more = {}) => commit([device], [], { welcome: WELCOME, ...more });
const texts = (peer: Peer) =>
  peer
    .entries()
    .filter(({ kind }) => kind === 'message')
    .map(({ body }) => Buffer.from(body).toString());

describe('founding', () => {
  test('makes the room once, for whoever shows the token', async () => {
    const { join, relay, events } = await createWorld();
    const founder = await join();
    expect([relay.founded, relay.founderToken()]).toEqual([false, FOUNDER_TOKEN]);
    expect(await founder.found({ token: new Uint8Array(32) })).toMatchObject({ t: 'error', code: 'wrong_token' });
    expect(await founder.found()).toMatchObject({ t: 'founded' });
    expect([relay.founded, relay.founderToken()]).toEqual([true, null]);
    expect(events.filter(({ event }) => event === 'founded')).toEqual([{ event: 'founded', room: '70'.repeat(16) }]);
    expect(await (await join()).found()).toMatchObject({ t: 'error', code: 'already_founded' });
    expect(await founder.found({ room: id(2) })).toMatchObject({ t: 'error', code: 'already_founded' });
  });

  test('says so again to the founder whose answer was lost, also after a restart', async () => {
    const log = createMemoryLog();
    const keys = createKeys();
    const first = await createWorld({ log });
    await (await first.join(keys)).found();
    const second = await createWorld({ log });
    expect(second.relay.founded).toBe(true);
    expect(await (await second.join(keys)).found()).toMatchObject({ t: 'founded' });
    expect(second.events.some(({ event }) => event === 'founded')).toBe(false);
  });

  test('of two that come at once one founds', async () => {
    const { join } = await createWorld();
    const [a, b] = [await join(), await join()];
    a.send({ t: 'found', q: 1, token: FOUNDER_TOKEN, room: ROOM, door: DOOR, info: INFO });
    b.send({ t: 'found', q: 1, token: FOUNDER_TOKEN, room: id(3), door: DOOR, info: INFO });
    await settle();
    expect([a.frames.at(-1), b.frames.at(-1)]).toEqual([
      { t: 'founded', q: 1 },
      { t: 'error', q: 1, code: 'already_founded' },
    ]);
  });

  test('wants a GroupInfo with an open door, and none with a closed one, nor a knock key or a secret', async () => {
    const { join } = await createWorld();
    const founder = await join();
    expect(await founder.found({ info: null })).toMatchObject({ code: 'bad_change' });
    const closed = { door: null, info: null, knock: null };
    expect(await founder.found({ door: null, knock: null })).toMatchObject({ code: 'bad_change' });
    expect(await founder.found({ ...closed, knock: KNOCK_KEY })).toMatchObject({ code: 'bad_change' });
    expect(await founder.found({ ...closed, open: DOOR_TOKEN })).toMatchObject({ code: 'bad_change' });
    expect(await founder.found(closed)).toMatchObject({ t: 'founded' });
  });
});

describe('the log', () => {
  test('numbers, chains and stamps what members append', async () => {
    const { openRoom, clock } = await createWorld();
    const founder = await openRoom();
    for (const text of ['one', 'two', 'three']) await founder.say(text);
    const page = founder.all('entries').flatMap(({ entries }) => entries);
    let prev = genesisHash(ROOM);
    for (const [index, bytes] of page.entries()) {
      expect(decodeEntry(bytes)).toMatchObject({
        seq: index + 1,
        prev,
        at: clock.now(),
        kind: 'message',
        device: founder.device,
        epoch: 0,
        change: null,
      });
      prev = hashEntry(bytes);
    }
    expect(texts(founder)).toEqual(['one', 'two', 'three']);
    expect((await founder.follow(3)) as object).toMatchObject({ t: 'page', entries: [], seq: 3, head: prev, live: true });
  });

  test('stores an id once, and tells its number again: in one turn, later, and after a restart', async () => {
    const log = createMemoryLog();
    const keys = createKeys();
    const { join } = await createWorld({ log });
    const founder = await join(keys);
    await founder.found();
    const frame = { t: 'append', room: ROOM, id: id(5), kind: 'message', epoch: 0, body: Uint8Array.of(1) } as const;
    founder.send(frame, frame);
    await settle();
    expect(founder.all('stored')).toEqual([
      {
        t: 'stored',
        room: ROOM,
        acks: [
          [id(5), 1],
          [id(5), 1],
        ],
      },
    ]);
    const again = await (await createWorld({ log })).join(keys);
    expect(await again.append({ id: id(5), epoch: 99 })).toMatchObject({ t: 'stored', acks: [[id(5), 1]] });
    await again.follow();
    expect(again.entries()).toHaveLength(1);
  });

  test('takes the same id from two devices as two', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.enter();
    expect(await founder.append({ id: id(5), epoch: 1 })).toMatchObject({ acks: [[id(5), 2]] });
    expect(await guest.append({ id: id(5), epoch: 1 })).toMatchObject({ acks: [[id(5), 3]] });
  });

  test('acknowledges a turn with one frame, and sends each follower one', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.enter();
    await guest.follow();
    const before = [founder.frames.length, guest.link.writes.length];
    founder.send(
      ...Array.from(
        { length: 5 },
        (_, i) => ({ t: 'append', room: ROOM, id: id(i), kind: 'message', epoch: 1, body: Uint8Array.of(i) }) as const,
      ),
    );
    await settle();
    // The author hears `stored` before its own entries.
    expect(founder.frames.slice(before[0]).map(({ t }) => t)).toEqual(['stored', 'entries']);
    expect(founder.last('stored')?.acks).toHaveLength(5);
    expect(guest.link.writes.length - (before[1] as number)).toBe(1);
    expect(guest.last('entries')?.entries).toHaveLength(5);
  });

  test('refuses who is not in the room, with the same words whether there is one', async () => {
    const { openRoom, join } = await createWorld();
    await openRoom();
    const stranger = await join();
    const refusal = { t: 'refused', code: 'unknown_room', epoch: 0 };
    expect(await stranger.say('hello')).toMatchObject(refusal);
    expect(await stranger.say('hello', { room: id(9) })).toMatchObject(refusal);
    expect(await stranger.follow()).toEqual({ t: 'error', q: 1, code: 'unknown_room' });
  });

  test('survives a restart: epoch, members, door and numbers go on', async () => {
    const log = createMemoryLog();
    const [founderKeys, guestKeys] = [createKeys(), createKeys()];
    const first = await createWorld({ log });
    const founder = await first.join(founderKeys);
    await founder.found();
    await (await first.join(guestKeys)).enter();
    await founder.say('before', { epoch: 1 });
    await first.relay.close();
    const second = await createWorld({ log });
    const guest = await second.join(guestKeys);
    expect(await guest.say('after', { epoch: 1 })).toMatchObject({ t: 'stored', acks: [[expect.anything(), 3]] });
    await guest.follow();
    expect(guest.entries().map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(guest.entries()[2]?.prev).toEqual(hashEntry(guest.last('page')?.entries[1] as Uint8Array));
    expect(await (await second.join()).open()).toMatchObject({ t: 'opened', epoch: 1, seq: 3, info: INFO });
  });
});

describe('a log that is damaged', () => {
  test.each([
    ['no CBOR', Uint8Array.of(0xff)],
    ['something else', Uint8Array.of(0xa0)],
  ])('is said to be so where a record is %s', async (_what, record) => {
    const log = createMemoryLog();
    await log.write([{ room: ROOM, entries: [], record }]);
    await expect(createWorld({ log })).rejects.toMatchObject({ code: 'data_damaged' });
  });
});

describe('epochs', () => {
  test('the first commit of an epoch wins, and the others hear where the room is', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    const [a, b] = [createKeys().device, createKeys().device];
    const frame = { t: 'append', room: ROOM, body: Uint8Array.of(1) } as const;
    founder.send({ ...frame, id: id(1), ...admit(a) }, { ...frame, id: id(2), ...admit(b) });
    await settle();
    expect(founder.last('stored')?.acks).toEqual([[id(1), 1]]);
    expect(founder.last('refused')).toEqual({ t: 'refused', room: ROOM, id: id(2), code: 'stale_epoch', epoch: 1 });
  });

  test('a message may lag behind, but not far and not ahead', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    for (let epoch = 0; epoch < 4; epoch++) await founder.append(admit(createKeys().device, { epoch }));
    const answers = [];
    for (const epoch of [1, 2, 3, 4, 5]) answers.push((await founder.say('x', { epoch }))?.t);
    expect(answers).toEqual(['refused', 'stored', 'stored', 'stored', 'refused']);
    expect(founder.last('refused')).toMatchObject({ code: 'stale_epoch', epoch: 4 });
    expect(LIMITS.staleEpochs).toBe(2);
  });

  test('a known id comes before the epoch', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    await founder.append(admit(createKeys().device, { id: id(1) }));
    await founder.append(admit(createKeys().device, { epoch: 1 }));
    expect(await founder.append(admit(createKeys().device, { id: id(1) }))).toMatchObject({ t: 'stored', acks: [[id(1), 1]] });
  });
});

describe('what a commit may tell', () => {
  const [a, b] = [createKeys().device, createKeys().device];
  const changed = (more: object) => ({ ...commit([], []), change: { adds: [], removes: [], ...more } });

  test.each([
    ['adds somebody twice', (founder: Peer) => commit([founder.device, founder.device], [founder.device])],
    ['removes somebody twice', (founder: Peer) => commit([], [founder.device, founder.device])],
    ['adds who is in', (founder: Peer) => commit([founder.device], [])],
    ['removes who is not in', commit([a], [b], { welcome: WELCOME })],
    ['leaves an open door without GroupInfo', admit(a, { info: undefined })],
    ['says there is no GroupInfo for an open door', admit(a, { info: null })],
    ['has no change', { ...commit([], []), change: undefined }],
    ['is a message with a change', { ...commit([], []), kind: 'message', info: undefined }],
    ['is a message with a GroupInfo', { kind: 'message', epoch: 0, info: INFO }],
    ['is a leaving with a change', { ...commit([], []), kind: 'leave', info: undefined }],
    ['is a message with a Welcome', { kind: 'message', epoch: 0, welcome: WELCOME }],
    ['adds another without a Welcome', admit(a, { welcome: undefined })],
    ['adds two others', commit([a, b], [], { welcome: WELCOME })],
    ['has a Welcome for nobody', commit([], [], { welcome: WELCOME })],
    ['has a Welcome for its author', (founder: Peer) => commit([founder.device], [founder.device], { welcome: WELCOME })],
    ['has a knock key and no door', changed({ knock: KNOCK_KEY })],
    ['has a secret and no door', changed({ open: DOOR_TOKEN })],
    ['has a knock key beside a closed door', changed({ door: null, knock: KNOCK_KEY })],
    ['has a secret beside a closed door', changed({ door: null, open: DOOR_TOKEN })],
  ] as const)('nothing that %s', async (_what, frame) => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    const made = typeof frame === 'function' ? frame(founder) : frame;
    const given = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
    expect(await founder.append(given)).toMatchObject({ t: 'refused', code: 'bad_change', epoch: 0 });
    await founder.say('goes on');
    expect(founder.entries().map(({ seq, kind }) => [seq, kind])).toEqual([[1, 'message']]);
  });

  test('a replaced own leaf is nobody new', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    expect(await founder.append(commit([founder.device], [founder.device]))).toMatchObject({ t: 'stored' });
    expect(await founder.say('still here', { epoch: 1 })).toMatchObject({ t: 'stored' });
    expect(texts(founder)).toEqual(['still here']);
  });

  test('not more members than a room may have, and changes without additions even then', async () => {
    const { openRoom } = await createWorld({ limits: { members: 2 } });
    const founder = await openRoom();
    expect(await founder.append(admit(a))).toMatchObject({ t: 'stored' });
    expect(await founder.append(admit(b, { epoch: 1 }))).toMatchObject({ code: 'room_full', epoch: 1 });
    expect(await founder.append(commit([b], [a], { epoch: 1, welcome: WELCOME }))).toMatchObject({ t: 'stored' });
  });
});

describe('the door', () => {
  test('opens to its token, with the GroupInfo and where the room stands', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    await founder.say('one');
    const guest = await join();
    const head = hashEntry(founder.last('entries')?.entries[0] as Uint8Array);
    expect(await guest.open()).toEqual({ t: 'opened', q: 1, info: INFO, epoch: 0, seq: 1, head });
    expect(await guest.follow()).toMatchObject({ code: 'unknown_room' });
  });

  test('does not tell a wrong token from a closed door and a room that is not there', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    const wrong = { t: 'error', code: 'wrong_token' };
    expect(await guest.open(new Uint8Array(32))).toMatchObject(wrong);
    expect(await guest.open(DOOR_TOKEN, id(9))).toMatchObject(wrong);
    await founder.append({ kind: 'commit', epoch: 0, change: { adds: [], removes: [], door: null } });
    expect(await guest.open()).toMatchObject(wrong);
  });

  test('a closed door has no GroupInfo any more; a new one lets the new token in alone', async () => {
    const log = createMemoryLog();
    const { openRoom, join } = await createWorld({ log });
    const founder = await openRoom();
    const closed = { kind: 'commit', epoch: 0, change: { adds: [], removes: [], door: null } } as const;
    expect(await founder.append(closed)).toMatchObject({ t: 'stored' });
    expect(await log.info(ROOM)).toBeUndefined();
    const guest = await join();
    expect(await guest.open()).toMatchObject({ code: 'wrong_token' });
    const token = new Uint8Array(32).fill(0xdd);
    const opening = { kind: 'commit', epoch: 1, change: { adds: [], removes: [], door: hash(token) } } as const;
    expect(await founder.append(opening)).toMatchObject({ code: 'bad_change' });
    expect(await founder.append({ ...opening, info: Uint8Array.of(2) })).toMatchObject({ t: 'stored' });
    expect(await guest.open()).toMatchObject({ code: 'wrong_token' });
    expect(await guest.open(token)).toMatchObject({ t: 'opened', info: Uint8Array.of(2), epoch: 2 });
  });

  test('lets a stranger append the one commit that brings it in, and nothing else', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.open();
    const other = createKeys().device;
    const forbidden = [
      commit([other], []),
      admit(other),
      commit([guest.device, other], []),
      commit([guest.device, other], [], { welcome: WELCOME }),
      commit([guest.device], [], { welcome: WELCOME }),
      commit([], []),
      commit([guest.device], [founder.device]),
      { ...commit([guest.device], []), change: { adds: [guest.device], removes: [], door: null } },
      { ...commit([guest.device], []), change: { adds: [guest.device], removes: [], door: hash(other) } },
      { ...commit([guest.device], []), change: { adds: [guest.device], removes: [], door: DOOR } },
      { ...commit([guest.device], []), change: { adds: [guest.device], removes: [], knock: KNOCK_KEY } },
      { ...commit([guest.device], []), change: { adds: [guest.device], removes: [], open: DOOR_TOKEN } },
    ] as const;
    for (const frame of forbidden) expect(await guest.append(frame)).toMatchObject({ t: 'refused', code: 'bad_change' });
    for (const kind of ['message', 'leave'] as const)
      expect(await guest.append({ kind })).toMatchObject({ t: 'refused', code: 'unknown_room' });
    expect(await guest.append(commit([guest.device], []))).toMatchObject({ t: 'stored', acks: [[expect.anything(), 1]] });
    expect(await guest.say('in', { epoch: 1 })).toMatchObject({ t: 'stored' });
  });

  test('shuts behind a link that was changed meanwhile', async () => {
    const { openRoom, join } = await createWorld();
    const founder = await openRoom();
    const guest = await join();
    await guest.open();
    await founder.append({ kind: 'commit', epoch: 0, change: { adds: [], removes: [], door: null } });
    expect(await guest.append(commit([guest.device], [], { epoch: 1 }))).toMatchObject({ t: 'refused', code: 'wrong_token', epoch: 0 });
  });

  test('tells what belongs together, also while the disk knows a commit that is not answered yet', async () => {
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
    const guest = await join();
    slow = true;
    const news = Uint8Array.of(3);
    await founder.append({ ...commit([], []), info: news });
    expect(await guest.open()).toBeUndefined();
    for (const go of waiting.splice(0)) go();
    await settle();
    expect(guest.all('opened')).toMatchObject([{ epoch: 1, info: news, seq: 1 }]);
  });

  test('a member is not made more by it', async () => {
    const { openRoom } = await createWorld();
    const founder = await openRoom();
    expect(await founder.open()).toMatchObject({ t: 'opened' });
    expect(await founder.say('x')).toMatchObject({ t: 'stored' });
  });

  test('tires of guesses: the connection is closed, and the address waits', async () => {
    const { openRoom, join, clock } = await createWorld({ limits: { guesses: 3, guessesPerAddress: 6 } });
    await openRoom();
    const address = '10.0.0.66';
    for (let connection = 0; connection < 2; connection++) {
      const guesser = await join(undefined, { address });
      for (let i = 0; i < 3; i++) expect(await guesser.open(new Uint8Array(32))).toMatchObject({ code: 'wrong_token' });
      expect(guesser.link.closed).toBe(true);
    }
    const neighbour = await join(undefined, { address });
    expect(await neighbour.open()).toBeUndefined();
    clock.advance(1_000);
    await settle();
    expect(neighbour.last('opened')).toBeDefined();
    expect(await (await join()).open()).toMatchObject({ t: 'opened' });
  });
});

describe('leaving and removing', () => {
  async function withGuest() {
    const world = await createWorld();
    const founder = await world.openRoom();
    const guest = await world.join();
    await guest.enter();
    await guest.follow();
    return { ...world, founder, guest };
  }

  test('who is removed gets the commit that says so, and nothing after', async () => {
    const { founder, guest } = await withGuest();
    await founder.say('hello', { epoch: 1 });
    const frame = { t: 'append', room: ROOM, body: Uint8Array.of(1) } as const;
    // The removal and what follows it are one batch.
    founder.send({ ...frame, id: id(1), ...commit([], [guest.device], { epoch: 1 }) }, { ...frame, id: id(2), kind: 'message', epoch: 2 });
    await settle();
    expect(guest.entries().map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'commit'],
      [2, 'message'],
      [3, 'commit'],
    ]);
    expect(founder.entries().at(-1)?.seq).toBe(4);
    await founder.say('without you', { epoch: 2 });
    expect(guest.entries()).toHaveLength(3);
    expect(await guest.say('me too', { epoch: 2 })).toMatchObject({ code: 'unknown_room' });
  });

  test('who was removed may read up to that, and is told no more', async () => {
    const { founder, guest } = await withGuest();
    await founder.append(commit([], [guest.device], { epoch: 1 }));
    await founder.say('secret', { epoch: 2 });
    const page = await guest.follow(0);
    expect(page).toMatchObject({ t: 'page', seq: 2, live: false, here: [] });
    expect(page?.t === 'page' && [page.entries.length, hashEntry(page.entries[1] as Uint8Array)]).toEqual([
      2,
      page?.t === 'page' && page.head,
    ]);
    expect(await guest.follow(2)).toMatchObject({ entries: [], seq: 2, live: false, head: (page as { head: Uint8Array }).head });
    expect(await guest.follow(3)).toMatchObject({ code: 'future_entry' });
  });

  test('who leaves is out, hears that it is stored, and may be removed from the group afterwards', async () => {
    const { founder, guest } = await withGuest();
    expect(await guest.append({ kind: 'leave', epoch: 1, id: id(8) })).toMatchObject({ t: 'stored', acks: [[id(8), 2]] });
    expect(await guest.append({ kind: 'leave', epoch: 1, id: id(8) })).toMatchObject({ t: 'stored', acks: [[id(8), 2]] });
    expect(await guest.say('x', { epoch: 1 })).toMatchObject({ code: 'unknown_room' });
    expect(await founder.append(commit([], [guest.device], { epoch: 1 }))).toMatchObject({ t: 'stored' });
    expect(await founder.append(commit([], [guest.device], { epoch: 2 }))).toMatchObject({ code: 'bad_change' });
    expect(await guest.follow(0)).toMatchObject({ seq: 2 });
  });

  test('who was removed comes back by the door', async () => {
    const { founder, guest } = await withGuest();
    await founder.append(commit([], [guest.device], { epoch: 1 }));
    expect(await guest.enter()).toMatchObject({ t: 'stored' });
    expect(await guest.follow(0)).toMatchObject({ seq: 3, live: true });
  });

  test('survives a restart', async () => {
    const log = createMemoryLog();
    const keys = createKeys();
    const first = await createWorld({ log });
    const founder = await first.openRoom();
    const guest = await first.join(keys);
    await guest.enter();
    await guest.append({ kind: 'leave', epoch: 1 });
    await founder.say('later', { epoch: 1 });
    const again = await (await createWorld({ log })).join(keys);
    expect(await again.follow()).toMatchObject({ seq: 2, live: false });
  });
});
