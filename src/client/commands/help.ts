import type { Command } from './command.ts';

export const help: Command = { name: 'help', aliases: ['ayuda', 'h', '?'], argument: 'none', run: async () => ({ kind: 'help' }) };
