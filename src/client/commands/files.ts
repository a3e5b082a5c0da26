import type { Command } from './command.ts';

export const files: Command = {
  name: 'files',
  aliases: ['archivos'],
  argument: 'none',
  completes: 'nothing',
  live: true,
  async run({ client, room }) {
    const transfers = client.files.transfers().filter((transfer) => transfer.room === room);
    return { kind: 'files', items: await client.files.list(room), transfers };
  },
};
