import type { Command } from './command.ts';
import { findMember } from './find-member.ts';

/**
 * Shows the words to compare, of one member or of all, and the code for another's camera; `/verify NAME yes` remembers that the words were the
 * same, and `/verify CODE` compares with a code that was scanned.
 */
export const verify: Command = {
  name: 'verify',
  aliases: ['verificar'],
  argument: 'optional',
  completes: 'member',
  live: true,
  async run({ client, room, view }, argument) {
    if (argument.startsWith('corrillo:')) return { kind: 'verified', name: (await client.compare(room, argument)).name };
    const [, typed = '', yes] = /^(.*?)(?:\s+(yes|si|sí))?$/iu.exec(argument) ?? [];
    const members = typed === '' ? view.members.filter(({ own }) => !own) : [findMember(view, typed)];
    if (typed !== '' && yes !== undefined && members[0]) {
      await client.verify(members[0].device, 'words');
      return { kind: 'verified', name: members[0].name };
    }
    return {
      kind: 'compare',
      own: client.words(client.device),
      code: client.comparisonCode(room),
      others: members.map((member) => ({ member, words: client.words(member.device) })),
    };
  },
};
