import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/protocol/index.ts';
import { createRoomOf, joinCall, membersOf, offerOf } from './calls-world.ts';
import { createKeys, createWorld, INFO, type Peer, ROOM, settle } from './world.ts';

type Three = [Peer, Peer, Peer];
const HEX = Buffer.from(ROOM).toString('hex');
const KEPT = 15_000;

describe('a call', () => {
  test('is joined by members of the room, and told to all who follow it', async () => {
    const { peers, media, events } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    expect(await joinCall(anna)).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay1' } });
    expect(await joinCall(ben, offerOf(2))).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay2' } });
    expect([anna, ben, cleo].map(membersOf)).toEqual(Array.from({ length: 3 }, () => [anna.key, ben.key]));
    // Who joins has its answer before it is told that it is in.
    const kinds = anna.frames.map(({ t }) => t);
    expect(kinds.indexOf('call.joined')).toBeLessThan(kinds.indexOf('call.members'));
    expect([...(media.members.get(HEX) ?? [])]).toEqual([anna.key, ben.key]);
    expect(events.filter(({ event }) => event === 'call')).toEqual([
      { event: 'call', room: HEX, members: 1 },
      { event: 'call', room: HEX, members: 2 },
    ]);
  });

  test('is told to who comes later, behind the page that makes it live, and only while there is one', async () => {
    const { peers, join } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    await joinCall(anna);
    const again = await join(cleo.keys);
    await again.follow();
    expect(again.frames.slice(-2)).toEqual([again.last('page'), { t: 'call.members', room: ROOM, members: [anna.device] }]);
    anna.send({ t: 'call.leave', room: ROOM });
    expect(membersOf(ben)).toEqual([]);
    const third = await join(cleo.keys);
    await third.follow();
    expect(third.all('call.members')).toEqual([]);
  });

  test('is nothing to who is not in the room, or is in it no more', async () => {
    const { peers, join, media } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    const stranger = await join();
    expect(await joinCall(stranger)).toMatchObject({ t: 'error', code: 'unknown_room' });
    expect(await joinCall(anna, offerOf(), new Uint8Array(16).fill(9))).toMatchObject({ t: 'error', code: 'unknown_room' });
    await anna.append({ kind: 'commit', epoch: 2, change: { adds: [], removes: [cleo.device] }, info: INFO });
    expect(await joinCall(cleo)).toMatchObject({ t: 'error', code: 'unknown_room' });
    await joinCall(ben);
    expect([stranger, cleo].flatMap((peer) => peer.all('call.members'))).toEqual([]);
    expect([...(media.members.get(HEX) ?? [])]).toEqual([ben.key]);
  });

  test('is not to be had at a relay that carries none', async () => {
    const { openRoom } = await createWorld({ calls: false });
    const founder = await openRoom();
    expect(await joinCall(founder)).toMatchObject({ t: 'error', code: 'no_calls' });
    founder.send({ t: 'call.want', room: ROOM, wants: [] }, { t: 'call.leave', room: ROOM });
    expect(founder.link.closed).toBe(false);
  });

  test('goes without its member in the instant in which it is removed from the room', async () => {
    const { peers, media } = await createRoomOf(3);
    const [anna, ben, cleo] = peers as Three;
    for (const [i, peer] of [anna, ben, cleo].entries()) await joinCall(peer, offerOf(i + 1));
    const before = cleo.frames.length;
    await anna.append({ kind: 'commit', epoch: 2, change: { adds: [], removes: [cleo.device] }, info: INFO });
    expect([...(media.members.get(HEX) ?? [])]).toEqual([anna.key, ben.key]);
    // The commit first, then what follows from it.
    expect(cleo.frames.slice(before).map(({ t }) => t)).toEqual(['entries', 'call.ended']);
    expect(cleo.last('call.ended')).toEqual({ t: 'call.ended', room: ROOM, code: 'unknown_room' });
    expect(membersOf(ben)).toEqual([anna.key, ben.key]);
    expect(ben.frames.map(({ t }) => t).slice(-3)).toEqual(['entries', 'presence', 'call.members']);
  });

  test('goes without who leaves the room', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    await ben.append({ kind: 'leave', epoch: 1 });
    expect([...(media.members.get(HEX) ?? [])]).toEqual([anna.key]);
    expect(membersOf(anna)).toEqual([anna.key]);
    expect(ben.last('call.ended')?.code).toBe('unknown_room');
  });

  test('ends for who was removed while its join was under way', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    let go = (): void => {};
    media.hold = () => new Promise((resolve) => (go = resolve));
    const joining = joinCall(ben);
    await anna.append({ kind: 'commit', epoch: 1, change: { adds: [], removes: [ben.device] }, info: INFO });
    expect(ben.last('error')?.code).toBe('unknown_room');
    go();
    await joining;
    await settle();
    expect(ben.all('call.joined')).toEqual([]);
    expect(membersOf(anna)).toBeUndefined();
  });

  test('ends with the relay', async () => {
    const { peers, media, relay } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    await relay.close();
    expect(media.members.size).toBe(0);
    expect(anna.last('error')?.code).toBe('shutting_down');
    // Who is sent away need not hear of each of the others.
    expect([anna.all('call.ended'), membersOf(anna)]).toEqual([[], [anna.key, ben.key]]);
  });
});

describe('a device in a call', () => {
  test('has one place in it: the newer connection takes it, the older one is told', async () => {
    const { peers, join, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    const window = await join(anna.keys);
    expect(await joinCall(window, offerOf(3))).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay2' } });
    expect(anna.last('call.ended')).toEqual({ t: 'call.ended', room: ROOM, code: 'call_replaced' });
    expect(membersOf(ben)).toEqual([anna.key]);
    // Told anew, so that the others say to it again what they said before.
    expect(ben.all('call.members')).toHaveLength(2);
    // What the older one still says is void.
    anna.send(
      { t: 'call.leave', room: ROOM },
      { t: 'call.want', room: ROOM, wants: [{ slot: 99, device: ben.device, source: 'camera', height: 1 }] },
    );
    expect([anna.link.closed, [...(media.members.get(HEX) ?? [])]]).toEqual([false, [anna.key]]);
    anna.drop();
    expect(membersOf(ben)).toEqual([anna.key]);
    window.send({ t: 'call.leave', room: ROOM });
    expect([membersOf(ben), media.members.size]).toEqual([[], 0]);
    expect(window.all('call.ended')).toEqual([]);
  });

  test('joins again over the same connection without being told that it was replaced', async () => {
    const { peers } = await createRoomOf(1);
    const [anna] = peers as [Peer];
    await joinCall(anna);
    expect(await joinCall(anna, offerOf(2))).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay2' } });
    expect(anna.all('call.ended')).toEqual([]);
  });

  test('keeps its media for a while when its connection ends, and goes on in them when it comes back with the same offer', async () => {
    const { peers, join, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    ben.send({ t: 'call.want', room: ROOM, wants: [{ slot: 1, device: anna.device, source: 'camera', height: 360 }] });
    let asked = 0;
    media.hold = async () => void (asked += 1);
    anna.drop();
    clock.advance(KEPT - 1);
    expect(membersOf(ben)).toEqual([anna.key, ben.key]);
    const back = await join(anna.keys);
    expect(await joinCall(back)).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay1' } });
    expect(asked).toBe(0);
    expect(back.last('call.demand')).toEqual({ t: 'call.demand', room: ROOM, demand: [{ source: 'camera', height: 360 }] });
    clock.advance(KEPT);
    expect(membersOf(ben)).toEqual([anna.key, ben.key]);
    expect(ben.all('call.members')).toHaveLength(2);
  });

  test('goes on in them by what it wants, as soon as that comes over a newer connection', async () => {
    const { peers, join, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    const wants = [{ slot: 1, device: ben.device, source: 'camera', height: 180 }] as const;
    const older = await join(anna.keys);
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    ben.send({ t: 'call.want', room: ROOM, wants: [{ ...wants[0], device: anna.device }] });
    // The relay has not noticed that the connection is dead.
    const back = await join(anna.keys);
    back.send({ t: 'call.want', room: ROOM, wants });
    expect(anna.last('call.ended')?.code).toBe('call_replaced');
    expect(back.last('call.demand')?.demand).toEqual([{ source: 'camera', height: 180 }]);
    // What an older one still says is void, and so is its end.
    clock.advance(50);
    anna.send({ t: 'call.want', room: ROOM, wants: [] });
    anna.drop();
    clock.advance(KEPT);
    expect([membersOf(ben), media.wants(HEX, anna.key)]).toEqual([[anna.key, ben.key], wants]);
    back.drop();
    clock.advance(KEPT - 1);
    // Which came before is no matter where there is none any more.
    const last = await join(anna.keys);
    last.send({ t: 'call.want', room: ROOM, wants });
    clock.advance(KEPT);
    expect([membersOf(ben), older.all('call.demand')]).toEqual([[anna.key, ben.key], []]);
  });

  test('is out when it does not come back in time', async () => {
    const { peers, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.drop();
    clock.advance(KEPT);
    expect([membersOf(ben), media.members.size]).toEqual([[], 0]);
  });

  test('comes back with another offer in place of what was kept', async () => {
    const { peers, join, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.drop();
    const back = await join(anna.keys);
    expect(await joinCall(back, offerOf(7))).toMatchObject({ t: 'call.joined', answer: { ufrag: 'relay2' } });
    clock.advance(2 * KEPT);
    // Its link has fallen silent by then, and ends; the time begins anew with that.
    expect(membersOf(ben)).toEqual([anna.key]);
  });

  test('leaves over a connection that came after a lost one', async () => {
    const { peers, join, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.drop();
    const back = await join(anna.keys);
    back.send({ t: 'call.leave', room: ROOM });
    expect([membersOf(ben), media.members.size]).toEqual([[], 0]);
  });

  test('that leaves is out at once, and nobody waits for it', async () => {
    const { peers, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.send({ t: 'call.leave', room: ROOM });
    anna.drop();
    expect([membersOf(ben), media.members.size]).toEqual([[], 0]);
    clock.advance(KEPT);
    expect(ben.all('call.members')).toHaveLength(2);
  });

  test('whose connection ends while it joins is not kept: its answer went nowhere', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    let go = (): void => {};
    media.hold = () => new Promise((resolve) => (go = resolve));
    const joining = joinCall(anna);
    anna.drop();
    go();
    await joining;
    await settle();
    expect(membersOf(ben)).toBeUndefined();
    expect([...media.members.values()].flatMap((members) => [...members])).toEqual([]);
  });

  test('is in a few calls at most', async () => {
    const { peers } = await createRoomOf(1, { callsPerDevice: 2 });
    const [anna] = peers as [Peer];
    const rooms = [1, 2].map((n) => new Uint8Array(16).fill(n));
    for (const room of rooms) await anna.ask({ t: 'create', q: 1, room });
    expect((await joinCall(anna))?.t).toBe('call.joined');
    expect((await joinCall(anna, offerOf(2), rooms[0]))?.t).toBe('call.joined');
    expect(await joinCall(anna, offerOf(3), rooms[1])).toMatchObject({ t: 'error', code: 'too_many_calls' });
    // Not so for a place that it has.
    expect((await joinCall(anna, offerOf(4)))?.t).toBe('call.joined');
    anna.send({ t: 'call.leave', room: ROOM });
    expect((await joinCall(anna, offerOf(5), rooms[1]))?.t).toBe('call.joined');
  });

  test('does not join without end: each time wakes all the others', async () => {
    const { peers, clock } = await createRoomOf(1, { callJoins: 3, callJoinPause: 2_000 });
    const [anna] = peers as [Peer];
    for (let i = 1; i <= 3; i++) expect((await joinCall(anna, offerOf(i)))?.t).toBe('call.joined');
    expect(await joinCall(anna, offerOf(4))).toMatchObject({ t: 'error', code: 'too_many_calls' });
    clock.advance(2_000);
    expect((await joinCall(anna, offerOf(5)))?.t).toBe('call.joined');
  });
});

describe('an offer', () => {
  const [microphone, camera] = offerOf().sends as [(typeof base)['sends'][number], (typeof base)['sends'][number]];
  const base = offerOf();
  test.each([
    ['two streams with one ssrc', { slots: [...base.slots, { kind: 'audio' as const, ssrc: 2000 }] }],
    ['a stream and retransmissions with one ssrc', { slots: [...base.slots, { kind: 'audio' as const, ssrc: 2002 }] }],
    ['two codecs with one payload type', { payloads: { opus: 96, vp8: 96, rtx: 97 } }],
    ['two extensions with one id', { extensions: { mid: 1, rid: 1 } }],
    ['layers without their extension', { extensions: { mid: 1 } }],
    ['a source that nothing tells apart', { sends: [{ source: 'microphone' as const, mid: '0' }], extensions: {} }],
    ['one source twice', { sends: [microphone, { ...microphone, mid: '5', ssrc: 5 }] }],
    ['one mid twice', { sends: [microphone, { ...camera, mid: '0' }] }],
    ['layers of a sound', { sends: [{ ...camera, source: 'microphone' as const }] }],
    [
      'one rid twice',
      {
        sends: [
          {
            ...camera,
            layers: [
              { rid: 'q', height: 1 },
              { rid: 'q', height: 2 },
            ],
          },
        ],
      },
    ],
    [
      'layers that shrink',
      {
        sends: [
          {
            ...camera,
            layers: [
              { rid: 'q', height: 2 },
              { rid: 'h', height: 1 },
            ],
          },
        ],
      },
    ],
  ])('with %s is refused, and nothing that was changes', async (_what, more) => {
    const { peers, media } = await createRoomOf(1);
    const [anna] = peers as [Peer];
    await joinCall(anna);
    expect(await joinCall(anna, offerOf(2, more))).toMatchObject({ t: 'error', code: 'bad_offer' });
    expect([...(media.members.get(HEX) ?? [])]).toEqual([anna.key]);
  });
});

describe('what a member wants', () => {
  const want = (device: Uint8Array, slot = 1, height = 180) => ({ slot, device, source: 'camera', height }) as const;

  test('goes to the engine, and its demand to who sends', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    anna.send({ t: 'call.want', room: ROOM, wants: [want(ben.device)] });
    expect(media.wants(HEX, anna.key)).toEqual([want(ben.device)]);
    expect(ben.last('call.demand')).toEqual({ t: 'call.demand', room: ROOM, demand: [{ source: 'camera', height: 180 }] });
    expect(anna.all('call.demand')).toEqual([]);
  });

  test('may be of who is not there yet', async () => {
    const { peers } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.send({ t: 'call.want', room: ROOM, wants: [want(ben.device)] });
    await joinCall(ben, offerOf(2));
    expect(ben.last('call.demand')?.demand).toEqual([{ source: 'camera', height: 180 }]);
  });

  test('may follow the join on its heels', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    anna.send({ t: 'call.join', q: 1, room: ROOM, offer: offerOf() }, { t: 'call.want', room: ROOM, wants: [want(ben.device)] });
    await settle();
    expect(media.wants(HEX, anna.key)).toEqual([want(ben.device)]);
  });

  test('is void with the next join', async () => {
    const { peers, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    anna.send({ t: 'call.want', room: ROOM, wants: [want(ben.device)] }, { t: 'call.want', room: ROOM, wants: [want(ben.device, 2)] });
    await joinCall(anna, offerOf(2));
    // Also what was to be handed on a moment later.
    clock.advance(1_000);
    expect(media.wants(HEX, anna.key)).toEqual([]);
  });

  test('is handed on in its newest form, however often it changes', async () => {
    const { peers, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    const heights: number[] = [];
    const { want: hand } = media;
    media.want = (call, member, wants) => {
      heights.push(wants[0]?.height ?? 0);
      hand(call, member, wants);
    };
    for (let i = 1; i <= 1_000; i++) anna.send({ t: 'call.want', room: ROOM, wants: [want(ben.device, 1, i)] });
    expect(heights).toEqual([1]);
    clock.advance(50);
    expect(heights).toEqual([1, 1_000]);
    clock.advance(1_000);
    expect(heights).toEqual([1, 1_000]);
  });

  test.each([
    ['a slot that there is not', [want(createKeys().device, 3)]],
    ['a slot for another kind', [want(createKeys().device, 0)]],
    ['one slot twice', [want(createKeys().device), want(createKeys().device)]],
    ['one picture in two slots', [1, 2].map((slot) => want(new Uint8Array(32).fill(7), slot))],
  ])('ends the session with %s', async (_what, wants) => {
    const { peers } = await createRoomOf(1);
    const [anna] = peers as [Peer];
    await joinCall(anna);
    anna.send({ t: 'call.want', room: ROOM, wants });
    expect([anna.last('error')?.code, anna.link.closed]).toEqual(['bad_frame', true]);
  });

  test('is nothing from who is not in the call', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    ben.send({ t: 'call.want', room: ROOM, wants: [want(anna.device, 77)] });
    expect([ben.link.closed, media.wants(HEX, ben.key)]).toEqual([false, []]);
  });
});

describe('the engine', () => {
  test('that puts a member out has it told, and the others', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    media.end(HEX, anna.key, 'call_silent');
    expect(anna.last('call.ended')).toEqual({ t: 'call.ended', room: ROOM, code: 'call_silent' });
    expect([membersOf(anna), membersOf(ben)]).toEqual([[ben.key], [ben.key]]);
  });

  test('that puts out what a member had, while that member joins anew, tells nobody: it is about to be in', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    let go = (): void => {};
    media.hold = () => new Promise((resolve) => (go = resolve));
    anna.send({ t: 'call.join', q: 7, room: ROOM, offer: offerOf(2) });
    media.end(HEX, anna.key, 'call_silent');
    go();
    await settle();
    expect(anna.last('call.joined')?.q).toBe(7);
    expect([anna.all('call.ended'), membersOf(ben)]).toEqual([[], [anna.key]]);
  });

  test('that dies ends all calls, and they are joined again on the next one', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    media.die();
    expect([anna, ben].map((peer) => peer.last('call.ended')?.code)).toEqual(['call_lost', 'call_lost']);
    expect(membersOf(anna)).toEqual([]);
    expect((await joinCall(anna))?.t).toBe('call.joined');
    expect(membersOf(ben)).toEqual([anna.key]);
  });

  test('that does not answer holds nobody up, and what it says later is void', async () => {
    const { peers, media, clock } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    let go = (): void => {};
    media.hold = () => new Promise((resolve) => (go = resolve));
    const joining = joinCall(anna);
    expect(await anna.say('meanwhile', { epoch: 1 })).toMatchObject({ t: 'stored' });
    await joining;
    clock.advance(5_000);
    await settle();
    expect(anna.last('error')).toMatchObject({ code: 'no_calls' });
    go();
    await settle();
    expect([anna.all('call.joined'), membersOf(ben)]).toEqual([[], undefined]);
  });

  test('that fails in a way nobody foresaw is reported, and the session goes on', async () => {
    const { peers, media, events } = await createRoomOf(1);
    const [anna] = peers as [Peer];
    media.hold = () => Promise.reject(new Error('what?'));
    expect(await joinCall(anna)).toMatchObject({ t: 'error', code: 'no_calls' });
    expect([anna.link.closed, events.filter(({ event }) => event === 'fault').length]).toEqual([false, 1]);
  });

  test('is asked once for two joins that cross: the older is answered that it was replaced', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    const waiting: Array<() => void> = [];
    media.hold = () => new Promise((resolve) => void waiting.push(resolve));
    anna.send({ t: 'call.join', q: 1, room: ROOM, offer: offerOf(1) }, { t: 'call.join', q: 2, room: ROOM, offer: offerOf(2) });
    await settle();
    expect(anna.all('error')).toEqual([{ t: 'error', q: 1, code: 'call_replaced' }]);
    for (const go of waiting) go();
    await settle();
    expect(anna.all('call.joined').map((frame) => [frame.q, frame.answer.ufrag])).toEqual([[2, 'relay2']]);
    expect(membersOf(ben)).toEqual([anna.key]);
  });

  test('is left by who leaves while it joins', async () => {
    const { peers, media } = await createRoomOf(2);
    const [anna, ben] = peers as [Peer, Peer];
    let go = (): void => {};
    media.hold = () => new Promise((resolve) => (go = resolve));
    anna.send({ t: 'call.join', q: 1, room: ROOM, offer: offerOf(1) }, { t: 'call.leave', room: ROOM });
    await settle();
    expect(anna.last('error')).toEqual({ t: 'error', q: 1, code: 'not_in_call' });
    go();
    await settle();
    expect([anna.all('call.joined'), membersOf(ben)]).toEqual([[], undefined]);
  });

  test('is not asked for more than a call may have', async () => {
    const { peers } = await createRoomOf(3, { callMembers: 2 });
    const [anna, ben, cleo] = peers as Three;
    await joinCall(anna);
    await joinCall(ben, offerOf(2));
    expect(await joinCall(cleo, offerOf(3))).toMatchObject({ t: 'error', code: 'call_full' });
    // Not so for a place that it has.
    expect((await joinCall(ben, offerOf(4)))?.t).toBe('call.joined');
    anna.send({ t: 'call.leave', room: ROOM });
    expect((await joinCall(cleo, offerOf(3)))?.t).toBe('call.joined');
    expect(LIMITS.callMembers).toBe(25);
  });
});
