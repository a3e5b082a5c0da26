import type { Command } from './command.ts';

export const quit: Command = { name: 'quit', aliases: ['salir', 'exit', 'q'], argument: 'none', run: async () => ({ kind: 'quit' }) };
