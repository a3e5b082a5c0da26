import type { Command } from './command.ts';
import { findNamed } from './find-member.ts';

export const admit: Command = {
  name: 'admit',
  aliases: ['admitir', 'dejar'],
  argument: 'required',
  completes: 'knock',
  live: true,
  async run({ client, room, view }, name) {
    await client.admit(room, findNamed(view.knocks, name, 'no_such_knock').device);
    return { kind: 'none' };
  },
};
