import { describe, expect, it } from 'vitest';
import { commitChange, encodeGroup, openCommit, openMessage, sealMessage } from '../../src/crypto/index.ts';
import { change, enter, gather, hex, none, type Person, random, restart, say, text, utf8 } from './people.ts';

describe('two commits of one epoch', () => {
  for (const restarting of [false, true]) {
    it(`leave the loser as good as the others${restarting ? ', through a restart at each step' : ''}`, async () => {
      const pause = async (...people: Person[]) => {
        if (restarting) for (const person of people) await restart(person);
      };
      const room = await gather(4);
      const [ana, rosa, carla, dan] = room as [Person, Person, Person, Person];
      await change(room, ana, { removers: [rosa.identity.device], link: null });
      const early = await sealMessage(carla.group, utf8('before'), none);
      carla.group = early.group;
      await pause(...room);

      const lost = await commitChange(ana.group, { kind: 'remove', devices: [dan.identity.device] }, none);
      const won = await commitChange(rosa.group, { kind: 'remove', devices: [dan.identity.device] }, none);
      // Ana's own messages go on in the old epoch until the winner is there.
      const between = await sealMessage(ana.group, utf8('meanwhile'), none);
      ana.group = between.group;
      await pause(ana);
      expect(hex(encodeGroup(lost.group))).not.toBe(hex(encodeGroup(ana.group)));

      rosa.group = won.group;
      for (const person of [ana, carla]) person.group = (await openCommit(person.group, won.sealed)).group;
      const rest = [ana, rosa, carla];
      await pause(...rest);
      for (const { group } of rest) expect(group.authenticator).toEqual(rosa.group.authenticator);

      for (const person of [ana, rosa]) {
        const opened = await openMessage(person.group, early.sealed);
        person.group = opened.group;
        expect(text(opened.content)).toBe('before');
      }
      for (const person of [rosa, carla]) person.group = (await openMessage(person.group, between.sealed)).group;
      for (const from of rest)
        expect(
          await say(
            from,
            'after',
            rest.filter((person) => person !== from),
          ),
        ).toHaveLength(2);

      // And ana, who lost, commits again: on what the winner left.
      await change(rest, ana, { link: random(32) });
      await enter(rest, carla);
      for (const { group } of rest) expect(group.authenticator).toEqual(ana.group.authenticator);
    });
  }

  it('when a newcomer was faster than a member', async () => {
    const room = await gather(3);
    const ana = room[0] as Person;
    const lost = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, link: null } }, none);
    const newcomer = await enter(room, room[1] as Person);
    await expect(openCommit(newcomer.group, lost.sealed)).rejects.toMatchObject({ code: 'unreadable' });
    await change(room, ana, { link: null });
    for (const { group } of room) expect(group.context.link).toBeNull();
    expect(await say(newcomer, 'hi', room.slice(0, 3))).toHaveLength(3);
  });
});
