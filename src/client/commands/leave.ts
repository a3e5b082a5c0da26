import type { Command } from './command.ts';

export const leave: Command = {
  name: 'leave',
  aliases: ['abandonar', 'irse', 'part'],
  argument: 'none',
  completes: 'nothing',
  live: false,
  async run({ client, room }) {
    await client.leave(room);
    return { kind: 'none' };
  },
};
