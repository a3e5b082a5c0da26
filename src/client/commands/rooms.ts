import type { Command } from './command.ts';

export const rooms: Command = {
  name: 'rooms',
  aliases: ['salas'],
  argument: 'none',
  completes: 'nothing',
  live: true,
  run: async ({ client }) => ({ kind: 'rooms', rooms: client.rooms().map((room) => client.view(room)) }),
};
