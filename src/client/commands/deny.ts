import type { Command } from './command.ts';
import { findNamed } from './find-member.ts';

export const deny: Command = {
  name: 'deny',
  aliases: ['rechazar', 'denegar'],
  argument: 'required',
  completes: 'knock',
  live: true,
  async run({ client, room, view }, name) {
    await client.deny(room, findNamed(view.knocks, name, 'no_such_knock').device);
    return { kind: 'none' };
  },
};
