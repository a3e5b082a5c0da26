import { CodedError } from '../../protocol/index.ts';
import { admit } from './admit.ts';
import { call } from './call.ts';
import { cancel } from './cancel.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { deleteFile } from './delete.ts';
import { deny } from './deny.ts';
import { devices } from './devices.ts';
import { download } from './download.ts';
import { files } from './files.ts';
import { help } from './help.ts';
import { invite } from './invite.ts';
import { leave } from './leave.ts';
import { me } from './me.ts';
import { msg } from './msg.ts';
import { nearest } from './nearest.ts';
import { nick } from './nick.ts';
import { pause } from './pause.ts';
import { quit } from './quit.ts';
import { remove } from './remove.ts';
import { resume } from './resume.ts';
import { room } from './room.ts';
import { rooms } from './rooms.ts';
import { upload } from './upload.ts';
import { verify } from './verify.ts';
import { who } from './who.ts';

export type { Command, CommandContext, CommandName, CommandResult, FileItem } from './command.ts';
export { findTransfer } from './find-transfer.ts';
export { findMember } from './find-member.ts';
export { findRoomCalled, nameOfRoom } from './room.ts';

/** Slash commands: one table for all clients, in the order of `/help`. */
export const commands: readonly Command[] = [
  help,
  who,
  nick,
  me,
  invite,
  admit,
  deny,
  msg,
  rooms,
  room,
  verify,
  remove,
  devices,
  upload,
  download,
  files,
  pause,
  resume,
  cancel,
  deleteFile,
  call,
  leave,
  quit,
];

const byName = new Map(commands.flatMap((command) => [command.name, ...command.aliases].map((name) => [name, command] as const)));

export type ParsedLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string };

/**
 * What a line means: `/name …` is a command, `//x` the text `/x`, everything else text, byte for byte.
 * @throws CodedError `unknown_command {name, nearest}`, `argument_missing {name}`
 */
export function parseLine(line: string): ParsedLine {
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) };
  if (!line.startsWith('/')) return { kind: 'text', text: line };
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = byName.get(name.toLowerCase());
  if (!command)
    throw new CodedError('unknown_command', {
      name: `/${name}`.slice(0, 40),
      nearest: `/${nearest(name.toLowerCase(), [...byName.keys()])}`,
    });
  const argument = rest.trimEnd();
  if (command.argument === 'required' && argument === '') throw new CodedError('argument_missing', { name: `/${command.name}` });
  return { kind: 'command', command, argument };
}

/** Does what a line means. An unknown command is never sent. Blank lines do nothing. */
export async function runLine(context: CommandContext, line: string): Promise<CommandResult> {
  const parsed = parseLine(line);
  if (parsed.kind === 'command') return parsed.command.run(context, parsed.argument);
  if (parsed.text.trim() !== '') await context.client.send(context.room, parsed.text);
  return { kind: 'none' };
}
