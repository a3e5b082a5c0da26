import type { Command } from './command.ts';

/** What a path means, and how to open it, the client knows. */
export const upload: Command = {
  name: 'upload',
  aliases: ['subir', 'enviar'],
  argument: 'optional',
  completes: 'path',
  live: false,
  run: async (_context, path) => ({ kind: 'upload', path }),
};
