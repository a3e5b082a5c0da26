import { CodedError } from '../../protocol/index.ts';
import type { Client, RoomView } from '../api.ts';
import type { Command } from './command.ts';
import { sameName } from './find-member.ts';

/** Goes to another room, by its title, by whom one talks with there, or by its number in `/rooms`. */
export const room: Command = {
  name: 'room',
  aliases: ['sala'],
  argument: 'required',
  completes: 'room',
  live: true,
  moves: true,
  async run({ client }, typed) {
    return { kind: 'go', room: findRoomCalled(client, typed.trim()) };
  },
};

/** The room that is meant by its name, its number or its whole id. @throws CodedError `no_such_room`, `ambiguous_room` */
export function findRoomCalled(client: Client, typed: string): string {
  const views = client.rooms().map((id) => client.view(id));
  const named = views.filter((view) => sameName(nameOfRoom(view, views), typed));
  if (named.length > 1) throw new CodedError('ambiguous_room');
  const found = named[0] ?? (/^\d{1,4}$/.test(typed) ? views[Number(typed) - 1] : views.find(({ room: id }) => id === typed));
  if (!found) throw new CodedError('no_such_room');
  return found.room;
}

/**
 * What a room goes by: its title, or the name of the one it is shared with. Who has not been there yet has said its name only in
 * `others`, the other rooms. Empty where nobody knows.
 */
export function nameOfRoom(view: RoomView, others: readonly RoomView[] = []): string {
  if (view.access !== 'direct') return view.title;
  for (const { members } of [view, ...others]) {
    const name = members.find(({ device }) => device === view.peer)?.name ?? '';
    if (name !== '') return name;
  }
  return '';
}
