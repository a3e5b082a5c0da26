import { describe, expect, test } from 'vitest';
import { CALL_LIMITS } from '../../src/client/calls/limits.ts';
import type { Person } from '../sim/world.ts';
import { ALL, callOf, ended, heardBy, joinCall, pass, shownTo, SILENT, untilShown, withPeople } from './calling.ts';
import { codeOf, eventsOf, joined, settle, until } from './settling.ts';

const inCall = (person: Person, room: string) => () => callOf(person, room)?.state === 'in';
const codesOf = (person: Person) => eventsOf(person, 'error').map(({ error }) => error.code);

/** Ana and Juan in a call, with sound. */
async function withCall(seed: number, ...more: string[]) {
  const { world, room, ana, others } = await withPeople(seed, 'Juan', ...more);
  const [juan] = others as [Person];
  await joinCall(world, ana, room);
  await joinCall(world, juan, room);
  await untilShown(world, ana, room, 'Ana microphone', 'Juan microphone');
  await untilShown(world, juan, room, 'Ana microphone', 'Juan microphone');
  return { world, room, ana, juan, others: others.slice(1) };
}

describe('a call', () => {
  test('is begun by one, joined by another, and both hear each other', async () => {
    const { world, room, ana, others } = await withPeople(1, 'Juan');
    const [juan] = others as [Person];
    expect(callOf(juan, room)).toBeNull();
    await joinCall(world, ana, room, ALL);
    await untilShown(world, ana, room, 'Ana microphone camera');
    await untilShown(world, juan, room, 'Ana microphone camera');
    expect(callOf(juan, room)).toMatchObject({ state: 'out', ringing: { name: 'Ana' } });
    await joinCall(world, juan, room);
    await untilShown(world, ana, room, 'Ana microphone camera', 'Juan microphone');
    await untilShown(world, juan, room, 'Ana microphone camera', 'Juan microphone');
    expect(callOf(juan, room)).toMatchObject({ state: 'in', ringing: null, error: null });
    expect(await heardBy(world, juan)).toEqual(['Ana camera', 'Ana microphone']);
    expect(await heardBy(world, ana)).toEqual(['Juan microphone']);
    expect(ana.media.transport?.demanded).toEqual([
      { source: 'microphone', height: 1 },
      { source: 'camera', height: 360 },
    ]);
    const counts = eventsOf(juan, 'media').at(-1)?.counts;
    expect(counts).toContainEqual({ device: ana.client?.device, source: 'camera', frames: 1, decoded: 1, failed: 0 });
    expect(world.media.misuse).toEqual([]);
  });

  test('is left at once, also without a connection, and over with the last one', async () => {
    const { world, room, ana, juan } = await withCall(2);
    await settle(world, juan.client?.calls.leave());
    expect(juan.media.transport).toBeUndefined();
    expect(juan.client?.calls.current()).toBeNull();
    await untilShown(world, ana, room, 'Ana microphone');
    world.killRelay();
    await ana.client?.calls.leave();
    expect(ana.media.transport).toBeUndefined();
    expect(callOf(ana, room)).toBeNull();
    await world.startRelay();
    await until(world, () => ana.client?.connection().state === 'connected');
    await until(world, () => callOf(ana, room) === null && callOf(juan, room) === null);
  });

  test('that breaks off and comes back, or is out of sight meanwhile, is not over to those who are not in it', async () => {
    const { world, room, ana, juan, others } = await withCall(15, 'Eva');
    const [eva] = others as [Person];
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    const seen: string[] = [];
    for (const person of [eva, ana])
      person.client?.on((event) => {
        if (event.event === 'call') seen.push(shownTo(person, room).toSorted().join());
      });
    world.media.kill();
    await until(world, () => callOf(ana, room)?.state === 'waiting' && callOf(juan, room)?.state === 'waiting');
    // Also who leaves it in this moment is not told that it is over.
    await settle(world, ana.client?.calls.leave());
    expect(shownTo(ana, room)).toEqual(['Juan microphone']);
    world.media.revive();
    await until(world, () => inCall(juan, room)());
    await pass(world, 10_000);
    expect([shownTo(eva, room), shownTo(ana, room)]).toEqual([['Juan microphone'], ['Juan microphone']]);
    expect(seen).not.toContain('');
    // Its own connection is lost, and there again.
    seen.length = 0;
    world.network.wires.find(({ client }) => client === 'Eva')?.cut('lost');
    await until(world, () => eva.client?.connection().state !== 'connected');
    expect(callOf(eva, room)).toMatchObject({ state: 'out', ringing: null });
    await until(world, () => eva.client?.connection().state === 'connected');
    await pass(world, 10_000);
    expect([seen.includes(''), shownTo(eva, room)]).toEqual([false, ['Juan microphone']]);
    // And when all are out it is.
    await settle(world, juan.client?.calls.leave());
    await until(world, () => callOf(eva, room) === null && callOf(ana, room) === null);
  });

  test('that ended while somebody had no connection is over when that is back', async () => {
    const { world, room, juan, ana, others } = await withCall(16, 'Eva');
    const [eva] = others as [Person];
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    world.network.wires.find(({ client }) => client === 'Eva')?.cut('lost');
    await until(world, () => eva.client?.connection().state !== 'connected');
    for (const person of [ana, juan]) await person.client?.calls.leave();
    await until(world, () => eva.client?.connection().state === 'connected');
    await until(world, () => eva.client?.connection().state === 'connected');
    await pass(world, 2 * CALL_LIMITS.comesBack);
    expect(callOf(eva, room)).toBeNull();
  });

  test('is one at a time: joining another leaves the first', async () => {
    const { world, room, ana, juan } = await withCall(3);
    const direct = await settle(world, ana.client?.direct(room, juan.client?.device as string));
    await until(world, () => juan.client?.rooms().includes(direct) === true && juan.client.view(direct).members.length === 2);
    await joinCall(world, ana, direct);
    expect(ana.client?.calls.current()).toBe(direct);
    expect(callOf(ana, room)?.state).toBe('out');
    await untilShown(world, juan, room, 'Juan microphone');
    await until(world, () => callOf(juan, direct)?.ringing?.name === 'Ana');
    expect(ana.media.transports.filter(({ closed }) => !closed)).toHaveLength(1);
  });

  test('shows what each one sends: mute, camera, screen with its sound, hand', async () => {
    const { world, room, ana, juan } = await withCall(4);
    await settle(world, ana.client?.calls.turn('microphone', false));
    await untilShown(world, juan, room, 'Ana', 'Juan microphone');
    expect(ana.media.transport?.on.size).toBe(0);
    await settle(world, ana.client?.calls.turn('screen', true));
    await settle(world, ana.client?.calls.raiseHand(true));
    await untilShown(world, juan, room, 'Ana screen screen-audio hand', 'Juan microphone');
    expect(await heardBy(world, juan)).toEqual(['Ana screen', 'Ana screen-audio']);
    await settle(world, ana.client?.calls.turn('screen', false));
    await untilShown(world, juan, room, 'Ana hand', 'Juan microphone');
    expect(ana.media.transport?.on.size).toBe(0);
    expect(await codeOf(world, ana.client?.calls.leave())).toBe('nothing');
    expect(await codeOf(world, ana.client?.calls.turn('camera', true))).toBe('not_in_call');
    expect(await codeOf(world, ana.client?.calls.raiseHand(true))).toBe('not_in_call');
  });

  test('is joined with what there is, and says what there is not', async () => {
    const { world, room, ana } = await withPeople(5);
    ana.media.refuses.set('camera', 'camera_denied');
    await joinCall(world, ana, room, ALL);
    await untilShown(world, ana, room, 'Ana microphone');
    await until(world, () => codesOf(ana).includes('camera_denied'));
    expect(await codeOf(world, ana.client?.calls.turn('camera', true))).toBe('camera_denied');
    ana.media.refuses.set('screen-audio', 'no_screen');
    await settle(world, ana.client?.calls.turn('screen', true));
    expect(shownTo(ana, room)).toEqual(['Ana microphone screen']);
    expect(codesOf(ana)).toEqual(['camera_denied']);
    ana.media.refuses.clear();
    await settle(world, ana.client?.calls.turn('camera', true));
    expect(shownTo(ana, room)).toEqual(['Ana microphone camera screen']);
  });

  test('is not joined where it cannot be, and nothing stays open', async () => {
    const { world, room, ana } = await withPeople(6);
    const join = () => codeOf(world, ana.client?.calls.join(room, ALL));
    ana.media.refuses.set('open', 'calls_unsupported');
    expect(await join()).toBe('calls_unsupported');
    ana.media.refuses.clear();
    ana.media.refuses.set('connect', 'call_unreachable');
    expect(await join()).toBe('call_unreachable');
    ana.media.refuses.clear();
    world.media.kill();
    expect(await join()).toBe('no_calls');
    world.media.revive();
    world.killRelay();
    await until(world, () => ana.client?.connection().state === 'offline');
    expect(await join()).toBe('offline');
    await world.startRelay();
    expect(callOf(ana, room)).toBeNull();
    expect(ana.media.transport).toBeUndefined();
    expect(codesOf(ana)).toEqual([]);
    await until(world, () => ana.client?.connection().state === 'connected');
    await joinCall(world, ana, room);
    expect(shownTo(ana, room)).toEqual(['Ana microphone']);
  });

  test('is called off while it is joined', async () => {
    const { world, room, ana, others } = await withPeople(7, 'Juan');
    const joining = ana.client?.calls.join(room, ALL);
    expect(callOf(ana, room)?.state).toBe('joining');
    await ana.client?.calls.leave();
    expect(await codeOf(world, joining)).toBe('not_in_call');
    await pass(world, 30_000);
    expect(ana.media.transport).toBeUndefined();
    expect([callOf(ana, room), callOf(others[0] as Person, room)]).toEqual([null, null]);
  });
});

describe('a call that is lost', () => {
  test('comes back by itself when its engine dies, within three seconds, with what was sent', async () => {
    const { world, room, ana, juan } = await withCall(10);
    await settle(world, ana.client?.calls.turn('camera', true));
    const before = world.clock.now();
    world.media.kill();
    await until(world, () => callOf(ana, room)?.state === 'waiting' && callOf(juan, room)?.state === 'waiting');
    expect(callOf(ana, room)?.error?.code).toMatch(/^call_(lost|unreachable)$/);
    world.media.revive();
    await until(world, () => shownTo(juan, room).toSorted().join() === 'Ana microphone camera,Juan microphone');
    await until(world, () => shownTo(ana, room).toSorted().join() === 'Ana microphone camera,Juan microphone');
    expect(world.clock.now() - before).toBeLessThan(3_000);
    expect(await heardBy(world, juan)).toContain('Ana camera');
    expect(ana.media.transports.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(world.media.misuse).toEqual([]);
  });

  test('goes on without the chat, and is gone on with when that is back in time', async () => {
    const { world, room, ana, juan } = await withCall(11);
    const [transport] = ana.media.transports;
    world.network.wires.find(({ client }) => client === 'Ana')?.cut('lost');
    expect(callOf(ana, room)).toMatchObject({ state: 'in' });
    expect(shownTo(ana, room)).toEqual(['Ana microphone', 'Juan microphone']);
    expect(await heardBy(world, ana)).toContain('Juan microphone');
    await until(world, () => ana.client?.connection().state === 'connected');
    await pass(world, 30_000);
    expect(ana.media.transport).toBe(transport);
    expect(shownTo(juan, room)).toEqual(['Ana microphone', 'Juan microphone']);
    expect(await heardBy(world, ana)).toContain('Juan microphone');
  });

  test('is back soon where the network went away under both without a word', async () => {
    const { world, room, ana, juan } = await withCall(19);
    const wire = world.network.wires.find(({ client }) => client === 'Ana');
    for (const pipe of [wire?.toRelay, wire?.toClient]) if (pipe) pipe.paused = true;
    const before = world.clock.now();
    ana.media.transport?.lose();
    expect(callOf(ana, room)?.state).toBe('waiting');
    await until(world, inCall(ana, room));
    // Long before the chat alone would have noticed.
    expect(world.clock.now() - before).toBeLessThan(5_000);
    await until(world, () => shownTo(juan, room).length === 2);
    expect(await heardBy(world, juan)).toContain('Ana microphone');
  });

  test('is doubted where the chat had to connect anew, and not where only the call did', async () => {
    const { world, room, ana } = await withCall(20);
    const doubts = () => ana.media.transports.map(({ doubted }) => doubted);
    world.network.wires.find(({ client }) => client === 'Ana')?.cut('lost');
    await until(world, () => ana.client?.connection().state === 'connected');
    await until(world, () => doubts().join() === '1');
    const [wire] = world.network.wires.filter(({ client }) => client === 'Ana');
    ana.media.transport?.lose();
    await until(world, inCall(ana, room));
    await pass(world, 10_000);
    // What is doubted and answers stays.
    expect(world.network.wires.filter(({ client }) => client === 'Ana')).toEqual([wire]);
    expect(doubts()).toEqual([1, 0]);
  });

  test('is joined anew where the relay began anew', async () => {
    const { world, room, ana, juan } = await withCall(12);
    world.killRelay();
    await until(world, () => callOf(ana, room)?.state === 'waiting');
    await pass(world, 20_000);
    await world.startRelay();
    await until(world, inCall(ana, room));
    await until(world, inCall(juan, room));
    await until(world, () => shownTo(ana, room).length === 2 && shownTo(juan, room).length === 2);
    expect(await heardBy(world, juan)).toContain('Ana microphone');
    expect(codesOf(ana)).toEqual([]);
  });

  test('is given up in the end, and not joined an hour later', async () => {
    const { world, room, ana } = await withPeople(13);
    await joinCall(world, ana, room);
    world.media.kill();
    await until(world, () => callOf(ana, room) === null);
    await until(world, () => codesOf(ana).includes('no_calls'));
    expect(ana.client?.calls.current()).toBeNull();
    world.media.revive();
    await pass(world, 60_000);
    expect(callOf(ana, room)).toBeNull();
    expect(ana.media.transport).toBeUndefined();
  });

  test('is over here when this device joined it elsewhere', async () => {
    const { world, room, ana } = await withPeople(14);
    await joinCall(world, ana, room);
    world.network.wires.find(({ client }) => client === 'Ana')?.toClient.chunks.push(ended(room, 'call_replaced'));
    await until(world, () => ana.client?.calls.current() === null);
    expect(ana.media.transport).toBeUndefined();
    expect(codesOf(ana)).toEqual(['call_replaced']);
  });

  test('sends nothing any more where frames were not sealed, and goes on for the ear', async () => {
    const { world, room, ana, juan } = await withCall(15);
    ana.media.transport?.events.onUnsealed();
    await untilShown(world, juan, room, 'Ana', 'Juan microphone');
    expect(ana.media.transport?.on.size).toBe(0);
    expect(codesOf(ana)).toEqual(['call_unsealed']);
    expect(await heardBy(world, ana)).toContain('Juan microphone');
    world.media.kill();
    world.media.revive();
    await until(world, () => inCall(ana, room)() && ana.media.transports.length === 2);
    expect(ana.media.transport?.on.size).toBe(0);
  });
});

describe('who is in the room', () => {
  test('and is removed is out at once, hears nothing of what is said afterwards, and its devices are free', async () => {
    const { world, room, ana, juan, others } = await withCall(20, 'Eva');
    const [eva] = others as [Person];
    await joinCall(world, eva, room);
    await untilShown(world, ana, room, 'Ana microphone', 'Juan microphone', 'Eva microphone');
    const [transport] = juan.media.transports;
    const epochs = new Set(transport?.keys.map(({ epoch }) => epoch));
    await settle(world, ana.client?.remove(room, juan.client?.device as string));
    await until(world, () => juan.client?.calls.current() === null);
    expect(transport?.closed).toBe(true);
    await untilShown(world, ana, room, 'Ana microphone', 'Eva microphone');
    await until(world, () => eva.media.transport?.keys.at(-1)?.epoch === ana.media.transport?.keys.at(-1)?.epoch);
    expect(await heardBy(world, eva)).toContain('Ana microphone');
    const newest = ana.media.transport?.keys.at(-1)?.epoch as bigint;
    // The link is closed in one more epoch that the one who goes is still in.
    expect(new Set(transport?.keys.map(({ epoch }) => epoch)).has(newest)).toBe(false);
    expect(epochs.has(newest)).toBe(false);
    expect(codesOf(juan)).toEqual([]);
    expect(world.media.misuse).toEqual([]);
  });

  test('and comes later has keys of its own epoch and later ones alone', async () => {
    const { world, room, ana, juan } = await withCall(21);
    const before = ana.media.transport?.keys.at(-1)?.epoch as bigint;
    const eva = await joined(world, room, ana, 'Eva');
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    await joinCall(world, eva, room);
    expect(eva.media.transport?.keys.every(({ epoch }) => epoch > before)).toBe(true);
    await untilShown(world, juan, room, 'Ana microphone', 'Juan microphone', 'Eva microphone');
    await pass(world, 1_000);
    expect(await heardBy(world, eva)).toEqual(['Ana microphone', 'Juan microphone']);
    expect(await heardBy(world, ana)).toContain('Eva microphone');
  });

  test('and comes to it, or comes back, sees the call at once and not when it is said again anyway', async () => {
    const { world, room, ana } = await withCall(23);
    const eva = await joined(world, room, ana, 'Eva');
    const came = world.clock.now();
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    expect(world.clock.now() - came).toBeLessThan(1_500);
    await pass(world, 1_500);
    await eva.kill();
    await pass(world, 1_500);
    await world.restart(eva);
    const back = world.clock.now();
    await untilShown(world, eva, room, 'Ana microphone', 'Juan microphone');
    expect(world.clock.now() - back).toBeLessThan(1_500);
  });

  test('and leaves the room is out of its call', async () => {
    const { world, room, ana, juan } = await withCall(22);
    await settle(world, juan.client?.leave(room));
    await until(world, () => juan.client?.calls.current() === null);
    expect(juan.media.transport).toBeUndefined();
    await untilShown(world, ana, room, 'Ana microphone');
    expect(await codeOf(world, juan.client?.calls.join(room, SILENT))).toBe('left');
  });
});

describe('a ring', () => {
  test('stops by itself after a minute, and does not begin again', async () => {
    const { world, room, ana, others } = await withPeople(30, 'Juan');
    const [juan] = others as [Person];
    await joinCall(world, ana, room);
    await until(world, () => callOf(juan, room)?.ringing?.name === 'Ana');
    await pass(world, 61_000);
    expect(callOf(juan, room)).toMatchObject({ ringing: null, members: [{ name: 'Ana' }] });
    await pass(world, 61_000);
    expect(callOf(juan, room)?.ringing).toBeNull();
  });

  test('stops where it is dismissed, and where the call ends', async () => {
    const { world, room, ana, others } = await withPeople(31, 'Juan', 'Eva');
    const [juan, eva] = others as [Person, Person];
    await joinCall(world, ana, room);
    await until(world, () => callOf(juan, room)?.ringing?.name === 'Ana' && callOf(eva, room)?.ringing?.name === 'Ana');
    juan.client?.calls.dismiss(room);
    expect(callOf(juan, room)?.ringing).toBeNull();
    expect(callOf(eva, room)?.ringing).not.toBeNull();
    // Without a connection nobody can answer.
    world.network.wires.find(({ client }) => client === 'Eva')?.cut('lost');
    await until(world, () => eva.client?.connection().state !== 'connected');
    expect([shownTo(eva, room), callOf(eva, room)?.ringing]).toEqual([['Ana'], null]);
    await until(world, () => callOf(eva, room)?.ringing?.name === 'Ana');
    await pass(world, 25_000);
    expect(callOf(juan, room)?.ringing).toBeNull();
    await settle(world, ana.client?.calls.leave());
    await until(world, () => callOf(eva, room) === null);
    // Another call is another ring.
    await joinCall(world, ana, room);
    await until(world, () => callOf(juan, room)?.ringing?.name === 'Ana');
  });

  test('is not heard of a call that somebody joins, or of one that was lost and came back', async () => {
    const { world, room, ana, others } = await withPeople(32, 'Juan', 'Eva');
    const [juan, eva] = others as [Person, Person];
    await joinCall(world, ana, room);
    await until(world, () => callOf(eva, room)?.ringing?.name === 'Ana');
    eva.client?.calls.dismiss(room);
    await joinCall(world, juan, room);
    await pass(world, 5_000);
    world.media.kill();
    world.media.revive();
    await until(world, () => inCall(ana, room)() && inCall(juan, room)());
    await until(world, () => shownTo(eva, room).length === 2);
    await pass(world, 5_000);
    expect(callOf(eva, room)?.ringing).toBeNull();
  });

  test('stops at the devices of one person when one of them answers', async () => {
    const { world, room, ana, others } = await withPeople(33, 'Juan', 'Juan', 'Eva');
    const [phone, laptop, eva] = others as [Person, Person, Person];
    await joinCall(world, ana, room);
    await until(world, () => [phone, laptop, eva].every((one) => callOf(one, room)?.ringing?.name === 'Ana'));
    await joinCall(world, phone, room);
    await until(world, () => callOf(laptop, room)?.ringing === null);
    expect(callOf(eva, room)?.ringing).not.toBeNull();
  });
});

test('what is shown is what is received', async () => {
  const { world, room, ana, juan } = await withCall(40);
  await settle(world, juan.client?.calls.turn('camera', true));
  await until(world, () => shownTo(ana, room).includes('Juan microphone camera'));
  const wanted = () => juan.media.transport?.demanded.find(({ source }) => source === 'camera')?.height ?? 0;
  await until(world, () => wanted() === 360);
  ana.client?.calls.show([{ device: juan.client?.device as string, source: 'camera', height: 720.4 }]);
  await until(world, () => wanted() === 720);
  ana.client?.calls.show([]);
  await until(world, () => wanted() === 0);
  expect(await heardBy(world, ana)).toEqual(['Juan microphone']);
});
