import { describe, expect, it } from 'vitest';
import { openMessage, sealMessage } from '../../src/crypto/index.ts';
import { enter, found, gather, hex, none, restart, say, utf8 } from './people.ts';

describe('a room entered by link', () => {
  it('lets founder and newcomer talk, through a restart of both', async () => {
    const ana = await found();
    const room = [ana];
    const ben = await enter(room, ana);
    expect(ben.group.epoch).toBe(1);
    expect(ben.group.members.map(hex)).toEqual([ana, ben].map(({ identity }) => hex(identity.device)));
    expect(ben.group.authenticator).toEqual(ana.group.authenticator);
    expect(await say(ana, 'hola', [ben])).toEqual([`${hex(ana.identity.device).slice(0, 8)}: hola`]);
    await restart(ana);
    await restart(ben);
    expect(await say(ben, 'qué tal', [ana])).toEqual([`${hex(ben.identity.device).slice(0, 8)}: qué tal`]);
    const carla = await enter(room, ben);
    expect(carla.group.context.title).toBe('The room');
    expect(await say(carla, 'y yo', [ana, ben])).toHaveLength(2);
  });

  it('keeps messages readable that were sealed up to four epochs ago', async () => {
    const room = await gather(2);
    const [ana, ben] = room as [(typeof room)[0], (typeof room)[0]];
    const { sealed, group } = await sealMessage(ben.group, utf8('late'), none);
    ben.group = group;
    for (let i = 0; i < 4; i++) await enter(room, ana);
    await restart(ana);
    const opened = await openMessage(ana.group, sealed);
    expect(opened.epoch).toBe(1);
    expect(opened.sender).toEqual(ben.identity.device);
    await expect(openMessage(opened.group, sealed)).rejects.toMatchObject({ code: 'replayed' });
    await enter(room, ana);
    await expect(openMessage(ana.group, sealed)).rejects.toMatchObject({ code: 'unreadable' });
  });
});
