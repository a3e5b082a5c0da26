import type { Command } from './command.ts';

export const invite: Command = {
  name: 'invite',
  aliases: ['invitar', 'link', 'enlace'],
  argument: 'none',
  completes: 'nothing',
  live: true,
  async run({ client, room, formatLink }) {
    const { secret } = await client.invite(room);
    return { kind: 'invite', link: formatLink(secret) };
  },
};
