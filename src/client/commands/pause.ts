import type { Command } from './command.ts';
import { findTransfer } from './find-transfer.ts';

export const pause: Command = {
  name: 'pause',
  aliases: ['pausa', 'pausar'],
  argument: 'optional',
  completes: 'transfer',
  live: false,
  async run({ client, room }, argument) {
    await client.files.pause(findTransfer(client.files.transfers(), room, argument).id);
    return { kind: 'none' };
  },
};
