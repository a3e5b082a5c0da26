import type { CommandName } from '../../commands/command.ts';

/** What the terminal says. */
export const terminal = {
  connecting: 'Connecting …',
  connected: 'Connected.',
  offline: (why: string) => `No connection: ${why}`,
  ready: (title: string, people: number) =>
    `You are in${title === '' ? '' : ` “${title}”`}. ${people === 1 ? 'Nobody else is here yet: /invite shows a link.' : `${people} people.`}`,
  words: (words: string) => `Words of this room: ${words}`,
  helpHint: '/help shows what you can do.',
  askInvite: 'Link of the invitation: ',
  askName: 'Your name: ',
  joined: (name: string) => `${name} came in.`,
  left: (name: string) => `${name} left.`,
  removed: (name: string, by: string) => `${name} was removed by ${by}.`,
  youRemoved: (by: string) => `You were removed by ${by}.`,
  youLeft: 'You left the room.',
  renamed: (before: string, name: string) => `${before} is now ${name}.`,
  linkChanged: 'The link of the room was changed. Older links no longer work.',
  missing: (count: number) => (count === 1 ? 'One message was never received.' : `${count} messages were never received.`),
  unreadable: (name: string) => `Something from ${name} could not be shown.`,
  someone: 'somebody',
  you: 'you',
  here: 'here',
  away: 'away',
  invite: 'Whoever has this link can come in:',
  flushing: (count: number) =>
    `${count === 1 ? 'One line is' : `${count} lines are`} still to be sent. Waiting for the host; Ctrl-C again goes at once, and nothing is lost.`,
  unsent: (count: number) =>
    count === 1 ? 'One line could not be sent yet; it goes next time.' : `${count} lines could not be sent yet; they go next time.`,
  sending: 'sending …',
  commands: {
    help: 'this list',
    who: 'who is in the room',
    nick: 'NAME: change your name',
    me: 'TEXT: say what you do',
    invite: 'link and QR for newcomers',
    remove: 'NAME: remove somebody; the link changes',
    devices: 'devices of the members',
    leave: 'leave the room for good',
    quit: 'close; the room stays yours',
  } satisfies Record<CommandName, string> as Record<CommandName, string>,
};
