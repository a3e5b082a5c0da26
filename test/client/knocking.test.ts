import { describe, expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { Client } from '../../src/client/index.ts';
import type { Person, World } from '../sim/world.ts';
import { codeOf, eventsOf, joined, settle, storedHistory, until, withoutRoom, withRoom } from './settling.ts';

const client = (person: Person) => person.client as Client;
const textsOf = async (world: World, person: Person, room: string) =>
  (await storedHistory(world, person, room)).flatMap((item) => (item.kind === 'text' ? [`${item.from}: ${item.text}`] : []));

/** Eva knocks; resolves once she waits and Ana sees it. */
async function knocks(world: World, room: string, ana: Person, name = 'Eva'): Promise<{ person: Person; entering: Promise<string> }> {
  const person = await world.start(name);
  const entering = client(person).knock({ name });
  entering.catch(() => {});
  await until(world, () =>
    client(ana)
      .view(room)
      .knocks.some((knock) => knock.name === name),
  );
  return { person, entering };
}

describe('who knocks', () => {
  it('is shown with its name and words, is let in, reads on from there, and is read', async () => {
    const { world, room, ana } = await withRoom(1);
    await settle(world, client(ana).send(room, 'before she came'));
    const { person: eva, entering } = await knocks(world, room, ana);
    const [knock] = client(ana).view(room).knocks;
    await until(world, () => eventsOf(eva, 'waiting').length > 0);
    expect(knock?.words).toEqual(eventsOf(eva, 'waiting')[0]?.words);
    expect(knock?.words).toHaveLength(5);
    expect(client(eva).view(room).phase).toBe('knocking');

    await settle(world, client(ana).admit(room, knock?.device as string));
    expect(await settle(world, entering)).toBe(room);
    expect(client(ana).view(room).knocks).toEqual([]);
    await settle(world, client(ana).send(room, 'welcome'));
    await settle(world, client(eva).send(room, 'hello'));
    const heard = (person: Person, text: string) => eventsOf(person, 'item').some(({ item }) => item.kind === 'text' && item.text === text);
    await until(world, () => [ana, eva].every((person) => heard(person, 'welcome') && heard(person, 'hello')));
    expect(await textsOf(world, eva, room)).toEqual(expect.arrayContaining(['Ana: welcome', 'Eva: hello']));
    expect(await textsOf(world, eva, room)).not.toContain('Ana: before she came');
    expect(client(eva).view(room).words).toEqual(client(ana).view(room).words);
    expect(client(eva).view(room)).toMatchObject({ phase: 'ready', title: 'Club', access: 'invited', confirmed: true });

    const came = { kind: 'joined', from: 'Eva', door: 'knock', by: 'Ana' };
    expect((await storedHistory(world, ana, room)).find(({ kind }) => kind === 'joined')).toMatchObject(came);
    expect((await storedHistory(world, eva, room)).find(({ kind }) => kind === 'joined')).toMatchObject({ ...came, own: true });
    expect(
      client(ana)
        .view(room)
        .members.find(({ name }) => name === 'Eva')?.door,
    ).toBe('knock');
  });

  it('is seen by every member, by one who comes later, and by all as gone', async () => {
    const { world, room, ana } = await withRoom(2);
    const juan = await joined(world, room, ana, 'Juan');
    await juan.kill();
    const { person: eva } = await knocks(world, room, ana);
    await world.restart(juan);
    await until(world, () => client(juan).view(room).knocks.length === 1);
    await eva.kill();
    await until(world, () => client(juan).view(room).knocks.length === 0 && client(ana).view(room).knocks.length === 0);
    expect(eventsOf(ana, 'knock-gone')).toHaveLength(1);
  });

  it('is sent away, and told so; another member sees it no longer', async () => {
    const { world, room, ana } = await withRoom(3);
    const juan = await joined(world, room, ana, 'Juan');
    const { person: eva, entering } = await knocks(world, room, ana);
    const { device } = client(eva);
    await until(world, () => client(juan).view(room).knocks.length === 1);
    await settle(world, client(juan).deny(room, device));
    expect(await codeOf(world, entering)).toBe('knock_refused');
    await until(world, () => client(ana).view(room).knocks.length === 0);
    expect(client(eva).rooms()).toEqual([]);
    expect(await codeOf(world, client(ana).admit(room, device))).toBe('no_such_knock');
    expect(await codeOf(world, client(eva).knock({ name: 'Eva' }))).toBe('knock_refused');
  });

  it('waits on while the relay is restarted, and while its own program is', async () => {
    const { world, room, ana } = await withRoom(4);
    const { person: eva } = await knocks(world, room, ana);
    world.killRelay();
    await until(world, () => client(ana).view(room).knocks.length === 0);
    await world.startRelay();
    await until(world, () => client(ana).view(room).knocks.length === 1);
    await eva.kill();
    await world.restart(eva);
    await until(world, () => client(ana).view(room).knocks.length === 1 && client(eva).view(room).phase === 'knocking');
    await settle(world, client(ana).admit(room, client(eva).device));
    await until(world, () => client(eva).view(room).phase === 'ready');
  });

  it('may be let in while it is away, and finds itself inside', async () => {
    const { world, room, ana } = await withRoom(5);
    const { person: eva } = await knocks(world, room, ana);
    const { device } = client(eva);
    const admitting = client(ana).admit(room, device);
    await eva.kill();
    await settle(world, admitting);
    await world.restart(eva);
    await until(world, () => client(eva).view(room).phase === 'ready');
    await settle(world, client(ana).send(room, 'there you are'));
    await until(world, () => client(eva).view(room).unread === 1);
  });

  it('does not stand at the door any more once it is inside, also where its connection broke meanwhile', async () => {
    const races = lengthOf('doorRaces');
    for (let seed = 20; seed < 20 + races; seed++) {
      const { world, room, ana } = await withRoom(seed);
      const { person: eva, entering } = await knocks(world, room, ana);
      const admitting = client(ana).admit(room, client(eva).device);
      for (let steps = seed - 20; steps > 0; steps--) await world.step();
      for (const wire of world.network.wires.filter((one) => one.client === 'Eva')) wire.cut('lost');
      await settle(world, admitting);
      await settle(world, entering);
      await settle(world, client(eva).send(room, 'inside'));
      await until(world, () => client(ana).view(room).unread === 1);
      // Whoever opened to such a one would put it out: its key is spent.
      expect(client(ana).view(room).knocks, `seed ${seed}`).toEqual([]);
    }
  });

  it('waits on when the link, and with it the key for knocking, changes', async () => {
    const { world, room, ana } = await withRoom(6);
    const juan = await joined(world, room, ana, 'Juan');
    const { person: eva, entering } = await knocks(world, room, ana);
    await settle(world, client(ana).remove(room, client(juan).device));
    await until(world, () => client(ana).view(room).knocks.length === 1);
    await settle(world, client(ana).admit(room, client(eva).device));
    expect(await settle(world, entering)).toBe(room);
  });

  it('may stop waiting, and may come by the link instead', async () => {
    const { world, room, ana } = await withRoom(7);
    const { person: eva, entering } = await knocks(world, room, ana);
    await settle(world, client(eva).withdraw(room));
    expect(await codeOf(world, entering)).toBe('withdrawn');
    await until(world, () => client(ana).view(room).knocks.length === 0);
    const again = client(eva).knock({ name: 'Eva' });
    again.catch(() => {});
    await until(world, () => client(ana).view(room).knocks.length === 1);
    const invite = await settle(world, client(ana).invite(room));
    expect(await settle(world, client(eva).join(invite, { name: 'Eva' }))).toBe(room);
    await until(world, () => client(ana).view(room).knocks.length === 0);
  });

  it('is in after all where one member says no while another opens', async () => {
    let refused = 0;
    // Which of the two is first at the relay is chance: both have to come up.
    const races = lengthOf('doorRaces');
    for (let seed = 20; seed < 20 + races; seed++) {
      const { world, room, ana } = await withRoom(seed);
      const juan = await joined(world, room, ana, 'Juan');
      const { person: eva, entering } = await knocks(world, room, ana);
      const { device } = client(eva);
      await until(world, () => client(juan).view(room).knocks.length === 1);
      const opening = client(ana).admit(room, device);
      await settle(world, client(juan).deny(room, device));
      const outcome = await codeOf(world, entering);
      await settle(world, opening);
      await until(world, () => client(eva).rooms().includes(room) && client(eva).view(room).phase === 'ready');
      expect(eventsOf(eva, 'opened')).toHaveLength(outcome === 'knock_refused' ? 1 : 0);
      if (outcome === 'knock_refused') refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(races);
  });

  it('who is let in after it went away leaves, so that nobody stands there who is not', async () => {
    const { world, room, ana } = await withRoom(14);
    const { person: eva, entering } = await knocks(world, room, ana);
    const opening = client(ana).admit(room, client(eva).device);
    await settle(world, client(eva).withdraw(room));
    expect(await codeOf(world, entering)).toBe('withdrawn');
    await settle(world, opening);
    await until(world, () => client(ana).view(room).members.length === 1 && !client(ana).view(room).changing);
    expect((await storedHistory(world, ana, room)).map(({ kind }) => kind)).toEqual(['joined', 'left']);
  });

  it('is let in once when two members open at the same time', async () => {
    const { world, room, ana } = await withRoom(8);
    const juan = await joined(world, room, ana, 'Juan');
    const { person: eva, entering } = await knocks(world, room, ana);
    await until(world, () => client(juan).view(room).knocks.length === 1);
    const both = Promise.all([ana, juan].map((member) => client(member).admit(room, client(eva).device)));
    await settle(world, both);
    await settle(world, entering);
    await until(world, () => [ana, juan].every((member) => !client(member).view(room).changing));
    for (const member of [ana, juan, eva]) {
      expect(
        client(member)
          .view(room)
          .members.map(({ name }) => name)
          .toSorted(),
      ).toEqual(['Ana', 'Eva', 'Juan']);
    }
  });

  it('comes back by knocking where it lost what it knew, in place of what it was', async () => {
    const { world, room, ana } = await withRoom(9);
    const juan = await joined(world, room, ana, 'Juan');
    const { device } = client(juan);
    await juan.kill();
    for (const key of juan.values.keys()) if (key !== 'identity') juan.values.delete(key);
    await world.restart(juan);
    const entering = client(juan).knock({ name: 'Juan' });
    await until(world, () => client(ana).view(room).knocks[0]?.device === device);
    await settle(world, client(ana).admit(room, device));
    expect(await settle(world, entering)).toBe(room);
    await settle(world, client(juan).send(room, 'again'));
    await until(world, () => client(ana).view(room).unread === 1);
    expect(client(ana).view(room).members).toHaveLength(2);
  });

  it('learns that nobody has opened a room yet', async () => {
    const { world } = await withRoom(10);
    const fresh = await withoutRoom();
    const eva = await fresh.start('Eva');
    expect(await codeOf(fresh, client(eva).knock({ name: 'Eva' }))).toBe('not_founded');
    expect(await codeOf(fresh, client(eva).front())).toBe('not_founded');
    const other = await world.start('Other');
    expect(await settle(world, client(other).front())).toMatchObject({ access: 'invited', canKnock: true });
    expect(await codeOf(world, client(other).knock({ name: ' ' }))).toBe('name_required');
  });
});

describe('an open room', () => {
  it('is entered at once by the address alone, and says so to everybody', async () => {
    const { world, room, ana } = await withRoom(11, 'open');
    const eva = await world.start('Eva');
    expect(await settle(world, client(eva).knock({ name: 'Eva' }))).toBe(room);
    await until(world, () => client(ana).view(room).members.length === 2);
    expect([client(ana).view(room).access, client(eva).view(room).access]).toEqual(['open', 'open']);
    expect((await storedHistory(world, ana, room)).find(({ kind }) => kind === 'joined')).toMatchObject({ door: 'open', by: '' });
  });

  it('stays open when somebody was removed, by another link', async () => {
    const { world, room, ana } = await withRoom(12, 'open');
    const eva = await world.start('Eva');
    await settle(world, client(eva).knock({ name: 'Eva' }));
    await until(world, () => client(ana).view(room).members.length === 2);
    await settle(world, client(ana).remove(room, client(eva).device));
    await until(world, () => client(eva).view(room).phase === 'removed');
    const juan = await world.start('Juan');
    expect(await settle(world, client(juan).knock({ name: 'Juan' }))).toBe(room);
  });
});
