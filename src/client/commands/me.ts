import type { Command } from './command.ts';

export const me: Command = {
  name: 'me',
  aliases: ['yo'],
  argument: 'required',
  completes: 'nothing',
  live: false,
  async run({ client, room }, text) {
    await client.send(room, text, 'action');
    return { kind: 'none' };
  },
};
