import { CodedError } from '../../protocol/index.ts';
import type { Command, CommandContext } from './command.ts';
import { splitMember } from './find-member.ts';

/** Writes to one member alone; without a text, goes to the room of two. */
export const msg: Command = {
  name: 'msg',
  aliases: ['privado', 'mensaje', 'query'],
  argument: 'required',
  completes: 'member',
  live: true,
  moves: true,
  async run(context, argument) {
    const { client } = context;
    const { room, member, rest } = findSomewhere(context, argument);
    if (member.own) throw new CodedError('direct_self');
    const direct = await client.direct(room, member.device);
    if (rest === '') return { kind: 'go', room: direct };
    return { kind: 'said', room: direct, id: await client.send(direct, rest), name: member.name, text: rest };
  },
};

/** Here first, then in the other rooms: from a room of two one may write to a third. */
function findSomewhere({ client, room, view }: CommandContext, argument: string) {
  const others = client.rooms().filter((id) => id !== room && client.view(id).phase === 'ready');
  try {
    return { room, ...splitMember(view, argument) };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'no_such_member') throw error;
    for (const other of others) {
      try {
        return { room: other, ...splitMember(client.view(other), argument) };
      } catch (elsewhere) {
        if (!(elsewhere instanceof CodedError) || elsewhere.code !== 'no_such_member') throw elsewhere;
      }
    }
    throw error;
  }
}
