import { describe, expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { Client } from '../../src/client/index.ts';
import type { Person, World } from '../sim/world.ts';
import { codeOf, eventsOf, joined, settle, storedHistory, until, withRoom } from './settling.ts';

const client = (person: Person) => person.client as Client;
const textsOf = async (world: World, person: Person, room: string) =>
  (await storedHistory(world, person, room)).flatMap((item) => (item.kind === 'text' ? [`${item.from}: ${item.text}`] : []));

async function withTwo(seed: number) {
  const { world, room, ana } = await withRoom(seed);
  const eva = await joined(world, room, ana, 'Eva');
  // Their key packages wait at the relay once they were inside.
  await until(world, () => [...eva.values.keys()].some((key) => key.startsWith('package/')));
  await world.runUntil(() => false, 60);
  return { world, room, ana, eva };
}

describe('a room of two', () => {
  it('is there for both, with names, and what is written at once arrives', async () => {
    const { world, room, ana, eva } = await withTwo(1);
    const direct = await settle(world, client(ana).direct(room, client(eva).device));
    await settle(world, client(ana).send(direct, 'between us'));
    await until(world, () => client(eva).rooms().includes(direct) && client(eva).view(direct).unread === 1);
    expect(eventsOf(eva, 'opened').map((event) => event.room)).toEqual([direct]);
    expect(await textsOf(world, eva, direct)).toEqual(['Ana: between us']);
    await settle(world, client(eva).send(direct, 'yes'));
    await until(world, () => client(ana).view(direct).unread === 1);
    expect(await textsOf(world, ana, direct)).toEqual(['Ana: between us', 'Eva: yes']);

    const seen = { access: 'direct', canInvite: false, canRemove: false, knocks: [] };
    expect(client(ana).view(direct)).toMatchObject({ ...seen, peer: client(eva).device });
    expect(client(eva).view(direct)).toMatchObject({ ...seen, peer: client(ana).device });
    expect(client(eva).view(direct).words).toEqual(client(ana).view(direct).words);
    expect(await textsOf(world, ana, room)).toEqual([]);
    expect(await codeOf(world, client(ana).invite(direct))).toBe('not_allowed');
  });

  it('begins while the other one is away, and waits for it over a restart of everything', async () => {
    const { world, room, ana, eva } = await withTwo(2);
    const { device } = client(eva);
    await eva.kill();
    const direct = await settle(world, client(ana).direct(room, device));
    await settle(world, client(ana).send(direct, 'for later'));
    await until(world, () => client(ana).view(direct).pending.length === 0);
    world.killRelay();
    await ana.kill();
    await world.startRelay();
    await world.restart(eva);
    await until(world, () => client(eva).rooms().includes(direct) && client(eva).view(direct).unread === 1);
    expect(await textsOf(world, eva, direct)).toEqual(['Ana: for later']);
    await world.restart(ana);
    await settle(world, client(eva).send(direct, 'got it'));
    await until(world, () => client(ana).rooms().includes(direct) && client(ana).view(direct).unread === 1);
  });

  it('is the one there is, asked again by either', async () => {
    const { world, room, ana, eva } = await withTwo(3);
    const twice = Promise.all([client(ana).direct(room, client(eva).device), client(ana).direct(room, client(eva).device)]);
    const [first, second] = await settle(world, twice);
    expect(second).toBe(first);
    await until(world, () => client(eva).rooms().includes(first));
    expect(await settle(world, client(eva).direct(room, client(ana).device))).toBe(first);
  });

  it('is over for who leaves; the other one is told, and may begin anew', async () => {
    const { world, room, ana, eva } = await withTwo(4);
    const direct = await settle(world, client(ana).direct(room, client(eva).device));
    await settle(world, client(ana).send(direct, 'hello'));
    await until(world, () => client(eva).rooms().includes(direct) && client(eva).view(direct).unread === 1);
    await settle(world, client(eva).leave(direct));
    await until(world, () => client(ana).view(direct).members.length === 1 && !client(ana).view(direct).changing);
    expect(await codeOf(world, client(ana).send(direct, 'still there?'))).toBe('peer_left');
    const anew = await settle(world, client(ana).direct(room, client(eva).device));
    expect(anew).not.toBe(direct);
    await settle(world, client(ana).send(anew, 'again'));
    await until(world, () => client(eva).rooms().includes(anew) && client(eva).view(anew).unread === 1);
    await settle(world, client(ana).leave(direct));
    await until(world, () => client(ana).view(direct).phase === 'left');
  });

  it('keeps what was written in it while it was being made, whoever dies on the way', async () => {
    for (let step = 1; step <= 40; step += lengthOf('directDeaths')) {
      const { world, room, ana, eva } = await withTwo(100 + step);
      let direct = '';
      const begin = async (): Promise<void> => {
        try {
          direct = await client(ana).direct(room, client(eva).device);
        } catch (error) {
          // Nothing was begun yet: one tries again.
          expect((error as { code: string }).code).toBe('offline');
          await new Promise<void>((resolve) => void world.clock.after(1_000, resolve));
          return begin();
        }
        await client(ana).send(direct, 'first');
      };
      void begin();
      for (let i = 0; i < step; i++) await world.step();
      world.killRelay();
      await world.startRelay();
      await until(world, () => direct !== '' && client(eva).rooms().includes(direct) && client(eva).view(direct).unread === 1);
      expect(await textsOf(world, eva, direct)).toEqual(['Ana: first']);
    }
  });

  it('is refused with oneself, with strangers, and with those who never were inside', async () => {
    const { world, room, ana } = await withTwo(5);
    expect(await codeOf(world, client(ana).direct(room, client(ana).device))).toBe('direct_self');
    expect(await codeOf(world, client(ana).direct(room, 'ab'.repeat(32)))).toBe('no_such_member');
  });
});

describe('a name', () => {
  it('is the same in the room and in the rooms of two', async () => {
    const { world, room, ana, eva } = await withTwo(6);
    const direct = await settle(world, client(ana).direct(room, client(eva).device));
    await until(world, () => client(eva).rooms().includes(direct));
    await settle(world, client(eva).rename(room, 'Eva María'));
    await until(world, () =>
      client(ana)
        .view(direct)
        .members.some(({ name }) => name === 'Eva María'),
    );
    await until(world, () =>
      client(ana)
        .view(room)
        .members.some(({ name }) => name === 'Eva María'),
    );
  });
});

describe('comparing', () => {
  it('by QR remembers the device in every room; what does not fit is refused', async () => {
    const { world, room, ana, eva } = await withTwo(7);
    const direct = await settle(world, client(ana).direct(room, client(eva).device));
    await until(world, () => client(eva).rooms().includes(direct) && client(ana).view(direct).members.length === 2);
    const code = client(eva).comparisonCode(room);
    expect(await settle(world, client(ana).compare(room, code))).toMatchObject({ name: 'Eva', verified: 'qr' });
    expect(
      client(ana)
        .view(direct)
        .members.find(({ own }) => !own)?.verified,
    ).toBe('qr');
    expect(await codeOf(world, client(ana).compare(direct, code))).toBe('code_other_room');
    expect(await codeOf(world, client(ana).compare(room, 'https://example.org'))).toBe('code_unreadable');
    const stranger = code.replace(client(eva).device, 'ab'.repeat(32));
    expect(await codeOf(world, client(ana).compare(room, stranger))).toBe('code_stranger');
    const between = code.slice(0, -1) + (code.endsWith('A') ? 'E' : 'A');
    expect(await codeOf(world, client(ana).compare(room, between))).toBe('code_differs');
  });

  it('by words is remembered over a restart, and can be taken back', async () => {
    const { world, room, ana, eva } = await withTwo(8);
    expect(client(ana).words(client(eva).device)).toEqual(client(eva).words(client(eva).device));
    await settle(world, client(ana).verify(client(eva).device, 'words'));
    await ana.kill();
    await world.restart(ana);
    expect(
      client(ana)
        .view(room)
        .members.find(({ name }) => name === 'Eva')?.verified,
    ).toBe('words');
    await settle(world, client(ana).verify(client(eva).device, null));
    expect(
      client(ana)
        .view(room)
        .members.find(({ name }) => name === 'Eva')?.verified,
    ).toBe(null);
    expect(await codeOf(world, client(ana).verify('ab'.repeat(32), 'words'))).toBe('no_such_member');
  });
});
