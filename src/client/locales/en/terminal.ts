import { commands } from './commands.ts';
import { terminalCalls } from './terminal-calls.ts';

/** What the terminal says. */
export const terminal = {
  connecting: 'Connecting …',
  connected: 'Connected.',
  offline: (why: string) => `No connection: ${why}`,
  ready: (title: string, people: number) =>
    `You are in${title === '' ? '' : ` “${title}”`}. ${people === 1 ? 'Nobody else is here yet: /invite shows a link.' : `${people} people.`}`,
  words: (words: string) => `Words of this room: ${words}`,
  helpHint: '/help shows what you can do.',
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

  // Coming in
  askWhere: 'Link of the invitation, or address of the host: ',
  relaysHere: 'Hosts on this network, with the words that each shows on its own screen:',
  chooseRelay: (count: number) =>
    count === 1
      ? 'Enter to go there, or a link or another address: '
      : `Number from 1 to ${count}, link of the invitation, or address of the host: `,
  waiting: (host: string) => `You are waiting at the door of ${host}. Somebody inside has to let you in.`,
  waitingWords: (words: string) => `Your words: ${words}. Whoever lets you in sees the same ones. Ctrl-C goes away.`,
  opening: 'One moment …',

  // At the door of a room
  knock: (name: string, words: string) => `${name} is at the door. Words: ${words}.`,
  knockHow: (name: string) => `/admit ${name} lets them in, /deny ${name} does not.`,
  knockGone: (name: string) => `${name} is no longer at the door.`,
  moreKnocks: (count: number) => (count === 1 ? 'One more is at the door.' : `${count} more are at the door.`),
  joinedOpen: (name: string) => `${name} came in by the address.`,
  admitted: (name: string, by: string) => `${name} came in: ${by} opened the door.`,

  // By hand
  exportWarning:
    'What follows is the room in the clear, with the keys of its files: whoever has it can read all of it, so keep it to yourself.',
  exportOthers: 'This is the first of these rooms; --room NUMBER takes another:',
  decrypted: (path: string) => `Opened and whole: ${path}`,
  decryptedUnpinned: 'Whoever had the key may have sealed it: with --hash or --export it is also compared with what its author sent.',

  // Rooms
  openRoom: 'open room',
  direct: (name: string) => `with ${name}`,
  untitled: 'Room',
  rooms: 'Rooms',
  people: 'People',
  opened: (name: string) => `${name} can be written to directly: /room ${name} goes there.`,
  nowIn: (room: string) => `You are talking in: ${room}`,
  unread: (count: number) => (count === 1 ? '1 unread' : `${count} unread`),
  roomOver: 'over',

  // Comparing
  ownWords: (words: string) => `Your words: ${words}`,
  theirWords: (name: string, words: string) => `Words of ${name}: ${words}`,
  compareHow: (name: string) => `If ${name} reads out the same ones: /verify ${name} yes`,
  compareScan: 'Or let the other one scan this with “Compare”:',
  verified: (name: string) => `${name} is verified on this device.`,
  verifiedMark: 'verified',
  founderMark: 'opened the room',
  removerMark: 'may remove',

  // Files
  fileSent: (name: string, file: string, size: string, id: string) => `${name} sent ${file} (${size}) · /download ${id}`,
  folderSent: (name: string, folder: string, files: string, size: string, id: string) =>
    `${name} sent the folder ${folder} (${files === '1' ? '1 file' : `${files} files`}, ${size}) · /download ${id}`,
  takenBack: (name: string) => `${name} took a file back.`,
  downloaded: (file: string, path: string) => `${file} is here: ${path}`,
  transferFailed: (file: string, why: string) => `${file}: ${why}`,
  transferWaits: (file: string, why: string) => `${file} is waiting: ${why}`,
  transferStates: {
    waiting: 'waiting',
    running: '',
    paused: 'paused: /resume goes on',
    absent: 'interrupted: /cancel gives it up',
    finishing: 'almost there',
    done: 'done',
    failed: 'failed',
    cancelled: 'given up',
  },
  timeLeft: (time: string) => `${time} left`,
  moreTransfers: (count: number) => `and ${count} more on their way: /files`,
  noFiles: 'No files here yet: /upload PATH sends one.',
  leftOut: (folder: string, count: number) =>
    `${count === 1 ? 'One link or special file' : `${count} links and special files`} of ${folder} ${count === 1 ? 'is' : 'are'} not sent.`,
  transfersGoOn: (count: number) =>
    count === 1
      ? 'One file is still on its way; it goes on at the next start.'
      : `${count} files are still on their way; they go on at the next start.`,
  againGoesOn: 'Interrupted. The same command again goes on from there.',
  pipeInterrupted: 'Interrupted. What came through a pipe cannot be gone on with.',
  useUpload: 'It is open in another terminal or window: type /upload there.',
  useDownload: 'It is open in another terminal or window: type /download there.',

  // Another terminal
  takeOver: (pid: number, terminal: string, since: string) =>
    `Corrillo is open already with this data${terminal === '' ? '' : ` on ${terminal}`} (process ${pid}, since ${since}). Go on here? [y/N] `,
  takeOverUnknown: 'Corrillo is open already with this data. Go on here? [y/N] ',
  /** What says yes to it, separated by spaces. */
  yes: 'y yes',

  // The full screen
  newBelow: (count: number) => (count === 1 ? '1 new below' : `${count} new below`),
  newMark: 'new',
  beginning: 'This is where the conversation begins for you.',
  loading: 'Fetching older lines …',
  retryIn: (seconds: number) => `trying again in ${seconds} s`,
  retrying: 'trying again',
  offlineShort: 'No connection',
  connectedShort: 'Connected',
  peopleHere: (count: number) => `${count} here`,
  keys: 'Tab completes · PgUp/PgDn history · /help',
  alone: 'Nobody else is here yet: /invite shows a link.',
  moreMatches: (count: number) => `and ${count} more`,
  noMatch: 'Nothing fits.',
  tooLong: 'That is more than fits into one message.',
  roomKeys: 'Ctrl-N next room',
  pendingMore: (count: number) => (count === 1 ? 'one line more is on its way' : `${count} lines more are on their way`),
  qrTooBig: 'Make the window larger to see this as a QR code.',

  calls: terminalCalls,
  commands,
};
