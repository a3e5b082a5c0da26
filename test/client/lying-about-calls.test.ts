import { describe, expect, test } from 'vitest';
import { type RelayFrame, type RelayFrames, toHex } from '../../src/protocol/index.ts';
import type { Person } from '../sim/world.ts';
import { standBetween } from './between.ts';
import { callOf, joinCall, pass, shownTo, untilShown } from './calling.ts';
import { eventsOf, joined, settle, until, withRoom } from './settling.ts';

/** Ana and Eva with an honest relay, Juan with one that does as it likes; what it was to show Juan is kept. */
async function withLiar(seed: number) {
  const { world, room, ana } = await withRoom(seed);
  const between = standBetween(world, 'Juan');
  const kept: RelayFrame[] = [];
  between.alter = (frame) => {
    kept.push(frame);
    return frame;
  };
  const juan = await joined(world, room, ana, 'Juan');
  const eva = await joined(world, room, ana, 'Eva');
  await until(world, () => juan.client?.view(room).members.length === 3);
  const words = () => kept.filter((frame): frame is RelayFrames['ephemeral'] => frame.t === 'ephemeral');
  const lists = () => kept.filter((frame): frame is RelayFrames['call.members'] => frame.t === 'call.members');
  return { world, room, ana, juan, eva, between, words, lists };
}

const deviceOf = (person: Person) => Uint8Array.from(Buffer.from(person.client?.device as string, 'hex'));

describe('a relay that lies about a call', () => {
  test('shows nobody in it by its word alone, and cannot put one in by the word of another', async () => {
    const { world, room, ana, juan, eva, between, words, lists } = await withLiar(60);
    await joinCall(world, ana, room);
    await untilShown(world, juan, room, 'Ana microphone');
    const everybody = [ana, juan, eva].map(deviceOf);
    between.show({ ...(lists().at(-1) as RelayFrames['call.members']), members: [...everybody, new Uint8Array(32).fill(1)] });
    for (const word of words()) between.show({ ...word, device: deviceOf(eva) });
    await pass(world, 1_000);
    // Its own device is not in by anybody's word but its own.
    expect(shownTo(juan, room)).toEqual(['Ana microphone']);
    expect(callOf(juan, room)?.state).toBe('out');
  });

  test('brings nothing back that was said before', async () => {
    const { world, room, ana, juan, between, words } = await withLiar(61);
    await joinCall(world, ana, room);
    await untilShown(world, juan, room, 'Ana microphone');
    const before = [...words()];
    await settle(world, ana.client?.calls.turn('microphone', false));
    await untilShown(world, juan, room, 'Ana');
    for (const word of before) between.show(word);
    await pass(world, 500);
    expect(shownTo(juan, room)).toEqual(['Ana']);
    // The same out of its epoch, after a change of the group.
    const shown = words().length;
    await settle(world, ana.client?.invite(room));
    await settle(
      world,
      ana.client?.remove(room, [...(ana.client?.view(room).members ?? [])].find(({ name }) => name === 'Eva')?.device as string),
    );
    await until(world, () => words().length > shown);
    for (const word of before) between.show(word);
    await pass(world, 500);
    expect(shownTo(juan, room)).toEqual(['Ana']);
  });

  test('that keeps words back does not show who went for ever, nor who muted as heard', async () => {
    const { world, room, ana, juan, between, lists } = await withLiar(62);
    await joinCall(world, ana, room);
    await untilShown(world, juan, room, 'Ana microphone');
    const list = lists().at(-1) as RelayFrames['call.members'];
    between.alter = (frame) => (frame.t === 'ephemeral' ? { t: 'pong' } : frame.t === 'call.members' ? list : frame);
    await settle(world, ana.client?.calls.leave());
    await pass(world, 110_000);
    expect(shownTo(juan, room)).toEqual([]);
  });

  test('is not believed by who floods with what does not open, and the true words still come', async () => {
    const { world, room, ana, juan, eva, between, words } = await withLiar(63);
    await joinCall(world, ana, room);
    await untilShown(world, juan, room, 'Ana microphone');
    const [word] = words() as [RelayFrames['ephemeral']];
    for (let i = 0; i < 1_000; i++) {
      const body = word.body.slice();
      body[30 + (i % 200)] = (body[30 + (i % 200)] as number) ^ 1;
      // Also of epochs to come, which are held.
      if (i % 2 === 0) body[7] = (body[7] as number) + 1 + (i % 7);
      between.show({ ...word, body, device: i % 3 === 0 ? word.device : new Uint8Array(32).fill(i % 251) });
    }
    between.show({ ...word, body: new Uint8Array() });
    between.show({ ...word, body: new Uint8Array(8) });
    between.show({ ...word, room: new Uint8Array(16) });
    await settle(world, ana.client?.calls.raiseHand(true));
    await untilShown(world, juan, room, 'Ana microphone hand');
    await joinCall(world, eva, room);
    await until(world, () => shownTo(juan, room).includes('Eva microphone'));
    expect(eventsOf(juan, 'error')).toEqual([]);
  });

  test('hears frames about calls of other rooms and of none without harm', async () => {
    const { world, room, juan, between } = await withLiar(64);
    const bytes = Uint8Array.from(Buffer.from(room, 'hex'));
    for (const at of [bytes, new Uint8Array(16)]) {
      between.show({ t: 'call.ended', room: at, code: 'call_lost' });
      between.show({ t: 'call.demand', room: at, demand: [{ source: 'camera', height: 1 }] });
      between.show({ t: 'call.members', room: at, members: [deviceOf(juan)] });
    }
    await pass(world, 1_000);
    expect(callOf(juan, room)).toBeNull();
    expect(juan.client?.calls.current()).toBeNull();
    expect(juan.client?.connection().state).toBe('connected');
    expect(toHex(bytes)).toBe(room);
  });
});
