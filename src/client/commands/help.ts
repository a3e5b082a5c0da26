import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  aliases: ['ayuda', 'h', '?'],
  argument: 'none',
  completes: 'nothing',
  live: false,
  run: async () => ({ kind: 'help' }),
};
