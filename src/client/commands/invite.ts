import type { Command } from './command.ts';

export const invite: Command = {
  name: 'invite',
  aliases: ['invitar', 'link', 'enlace'],
  argument: 'none',
  live: true,
  async run({ client, room, formatLink }) {
    const { secret } = await client.invite(room);
    return { kind: 'invite', link: formatLink(secret) };
  },
};
