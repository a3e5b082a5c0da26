import type { Command } from './command.ts';

export const quit: Command = {
  name: 'quit',
  aliases: ['salir', 'exit', 'q'],
  argument: 'none',
  completes: 'nothing',
  live: false,
  run: async () => ({ kind: 'quit' }),
};
