import type { Command } from './command.ts';

/** Takes an own file back. */
export const deleteFile: Command = {
  name: 'delete',
  aliases: ['borrar'],
  argument: 'required',
  completes: 'file',
  live: true,
  async run({ client, room }, argument) {
    await client.files.delete(room, argument);
    return { kind: 'none' };
  },
};
