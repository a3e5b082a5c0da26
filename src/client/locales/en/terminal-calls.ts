import { lasted } from './durations.ts';

/** What the terminal says about calls. */
export const terminalCalls = {
  title: 'Call',
  ringing: (name: string) => `${name} is calling: /call start answers, /call stop ends the ringing.`,
  ringingIn: (name: string, room: string) => `${name} is calling in ${room}: go there with /room, then /call start.`,
  /** In the terminal's title. No name stands in it: titles are read back by programs. */
  ringingTitle: 'Call · Corrillo',
  ringOver: (name: string) => `${name} is no longer calling.`,
  someCall: 'There is a call in this room: /call start joins.',
  joining: 'Joining the call …',
  inCall: 'You are in the call.',
  waiting: (why: string) => `The call was interrupted and comes back by itself${why === '' ? '.' : `: ${why}`}`,
  youLeft: 'You left the call.',
  /** Lines of the conversation. */
  begun: (name: string) => `${name} started a call.`,
  begunByYou: 'You started a call.',
  ended: (minutes: number | null) => `The call is over${minutes === null ? '' : ` · ${lasted(minutes)}`}.`,
  alone: 'Nobody else is in it yet.',
  with: (names: string) => `In it: ${names}.`,
  joined: (name: string) => `${name} is in the call.`,
  left: (name: string) => `${name} left the call.`,
  sources: {
    microphone: {
      on: (name: string) => `${name} can be heard.`,
      off: (name: string) => `${name} is muted.`,
      ownOn: 'Your microphone is on.',
      ownOff: 'Your microphone is off.',
    },
    camera: {
      on: (name: string) => `${name} turned the camera on.`,
      off: (name: string) => `${name} turned the camera off.`,
      ownOn: 'Your camera is on.',
      ownOff: 'Your camera is off.',
    },
    screen: {
      on: (name: string) => `${name} shares a screen.`,
      off: (name: string) => `${name} no longer shares a screen.`,
      ownOn: 'You share your screen.',
      ownOff: 'You no longer share your screen.',
    },
  },
  handUp: (name: string) => `${name} raises a hand.`,
  handDown: (name: string) => `${name} lowered the hand.`,
  ownHandUp: 'Your hand is up: /call hand lowers it.',
  ownHandDown: 'Your hand is down.',
  noCall: 'There is no call in this room: /call start begins one.',

  // One after the other in a row, and in the answer to /call who
  muted: 'muted',
  heard: 'sound',
  camera: 'camera',
  screen: 'screen',
  hand: 'hand up',
  unopened: 'does not open',
  more: (count: number) => `and ${count} more`,

  // Keys
  talkKey: 'F2 talk',
  muteKey: 'F2 mute',
  unmuteKey: 'F2 microphone',
  talking: 'TALKING',
  showKey: 'F4 pictures',
  hideKey: 'F4 hide pictures',
  tooSmall: 'Make the window larger to see pictures.',
  hearYourself: 'Without a headset the others hear themselves: --push-to-talk, then F2, sends sound only while you talk.',
  enterTalks: 'Enter on an empty line begins to talk, and ends it.',
  talkOn: 'You are heard. Enter on an empty line ends it.',
  talkOff: 'You are not heard.',
};
