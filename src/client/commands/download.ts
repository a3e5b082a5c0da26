import type { Command } from './command.ts';

export const download: Command = {
  name: 'download',
  aliases: ['bajar', 'descargar'],
  argument: 'required',
  completes: 'file',
  live: true,
  async run({ client, room }, argument) {
    const [, file = '', directory = ''] = /^(\S+)\s*([\s\S]*)$/.exec(argument) ?? [];
    return { kind: 'download', item: await client.files.find(room, file), directory };
  },
};
