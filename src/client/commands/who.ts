import type { Command } from './command.ts';

export const who: Command = {
  name: 'who',
  aliases: ['quien', 'quién', 'names'],
  argument: 'none',
  completes: 'nothing',
  live: true,
  run: async () => ({ kind: 'members', devices: false }),
};
