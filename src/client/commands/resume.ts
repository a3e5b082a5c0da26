import type { Command } from './command.ts';
import { findTransfer } from './find-transfer.ts';

export const resume: Command = {
  name: 'resume',
  aliases: ['seguir', 'reanudar'],
  argument: 'optional',
  completes: 'transfer',
  live: false,
  async run({ client, room }, argument) {
    await client.files.resume(findTransfer(client.files.transfers(), room, argument).id);
    return { kind: 'none' };
  },
};
