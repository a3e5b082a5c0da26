import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  aliases: ['ayuda', 'h', '?'],
  argument: 'none',
  live: false,
  run: async () => ({ kind: 'help' }),
};
