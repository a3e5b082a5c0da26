import type { Command } from './command.ts';
import { findMember } from './find-member.ts';

export const remove: Command = {
  name: 'remove',
  aliases: ['quitar', 'expulsar', 'kick'],
  argument: 'required',
  completes: 'member',
  live: true,
  async run({ client, room, view }, name) {
    await client.remove(room, findMember(view, name).device);
    return { kind: 'none' };
  },
};
