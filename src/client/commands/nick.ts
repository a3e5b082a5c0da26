import type { Command } from './command.ts';

export const nick: Command = {
  name: 'nick',
  aliases: ['nombre', 'apodo', 'name'],
  argument: 'required',
  completes: 'nothing',
  live: false,
  async run({ client, room }, name) {
    await client.rename(room, name);
    return { kind: 'none' };
  },
};
