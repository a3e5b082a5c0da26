import type { CommandName } from '../../commands/command.ts';

/** What each command does: what has to be typed after it, and a few words. */
export const commands: Record<CommandName, string> = {
  help: 'this list',
  who: 'who is in the room',
  nick: 'NAME: change your name',
  me: 'TEXT: say what you do',
  invite: 'link and QR for newcomers',
  admit: 'NAME: let in somebody who is at the door',
  deny: 'NAME: do not let them in',
  msg: 'NAME [TEXT]: write to one person alone',
  rooms: 'your rooms here',
  room: 'NAME: go to another room',
  verify: '[NAME [yes]]: words to compare who is who',
  remove: 'NAME: remove somebody; the link changes',
  devices: 'devices of the members',
  upload: 'PATH: send a file or a folder',
  download: 'FILE [FOLDER]: fetch a file that is in the room',
  files: 'files of the room, and what is on its way',
  pause: '[FILE]: stop sending or fetching for a while',
  resume: '[FILE]: go on with it',
  cancel: '[FILE]: give it up; nothing of it stays',
  delete: 'FILE: take back a file of yours, for everybody',
  call: '[start, stop, mute, video, share, who or hand]: the call of the room',
  leave: 'leave the room for good',
  quit: 'close; the room stays yours',
};
