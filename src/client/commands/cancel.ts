import type { Command } from './command.ts';
import { findTransfer } from './find-transfer.ts';

export const cancel: Command = {
  name: 'cancel',
  aliases: ['cancelar'],
  argument: 'optional',
  completes: 'transfer',
  live: false,
  async run({ client, room }, argument) {
    await client.files.cancel(findTransfer(client.files.transfers(), room, argument).id);
    return { kind: 'none' };
  },
};
