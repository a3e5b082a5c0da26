import type { Command } from './command.ts';

export const devices: Command = {
  name: 'devices',
  aliases: ['dispositivos'],
  argument: 'none',
  completes: 'nothing',
  live: true,
  run: async () => ({ kind: 'members', devices: true }),
};
