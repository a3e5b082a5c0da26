import { lasted } from './durations.ts';

/** What the page says about calls. */
export const calls = {
  // Beginning and joining
  call: 'Call',
  callBack: 'Back to the call',
  callOn: 'Call',
  callWith: (names: string) => `Call: ${names}`,
  callMinutes: lasted,
  callJoin: 'Join',
  callJoining: 'Joining…',
  callBegin: 'Call everybody',
  callMore: (names: string, more: number) => `${names} and ${more} more`,
  callRings: (name: string) => `${name} is calling`,
  callRingsIn: (room: string) => `in ${room}`,
  callNotNow: 'Not now',

  // Before it
  callTitle: (room: string) => `Call in ${room}`,
  callTitleTwo: (name: string) => `Call with ${name}`,
  callNobody: 'Nobody is in yet: it rings at the others.',
  callInside: (names: string, many: boolean) => (many ? `${names} are in.` : `${names} is in.`),
  callLeavesOther: (room: string) => `You leave the call in ${room} with it.`,
  callPreview: 'Your picture',
  callCameraOff: 'Your camera is off',
  callOpening: 'Asking for it…',
  callListenOnly: 'You join to listen and see.',
  callLevel: 'How loud your microphone is',

  // Devices
  callDevices: 'Camera, microphone, speaker',
  callCamera: 'Camera',
  callMicrophone: 'Microphone',
  callSpeaker: 'Speaker',
  callDevice: (what: string, number: number) => `${what} ${number}`,
  callDeviceNone: 'None found',
  callBlur: 'Blur what is behind me',

  // In it
  callStage: 'Call',
  callPeople: 'In the call',
  callControls: 'Controls of the call',
  callMicrophoneOn: (keys: string) => `Microphone is on: turn it off (${keys})`,
  callMicrophoneOff: (keys: string) => `Microphone is off: turn it on (${keys})`,
  callCameraIsOn: (keys: string) => `Camera is on: turn it off (${keys})`,
  callCameraIsOff: (keys: string) => `Camera is off: turn it on (${keys})`,
  callScreen: 'Share the screen',
  callScreenStop: 'Stop sharing',
  callScreenOwn: 'You are sharing your screen',
  callScreenOf: (name: string) => `Screen of ${name}`,
  callHand: 'Raise your hand',
  callHandDown: 'Lower your hand',
  callGrid: 'Everybody alike',
  callLarge: 'Whoever speaks large',
  callTalk: 'Conversation',
  callTalkNew: (count: number) => `Conversation, ${count} new`,
  callOptions: 'More about the call',
  callPicture: 'Picture in picture',
  callPictureEnd: 'End picture in picture',
  callLeave: 'Leave the call',
  callPin: (name: string) => `Show large: ${name}`,
  callOthers: (count: number) => `and ${count} more`,
  callAlone: 'You are the only one here.',
  callAloneText: 'The others see that there is a call, and can join at any time.',
  callConnecting: 'connecting…',
  callMuted: 'microphone off',
  callHandUp: 'hand raised',
  callSpeaks: 'speaking',
  callSoundOn: 'Turn sound on',
  callSoundText: 'The browser plays nothing until you touch the page.',

  // Faults
  callWaiting: 'Coming back…',
  callUnsealedTitle: 'Stop: this was not sealed',
  callReload: 'Reload the page',

  // Sealing
  callSealed: 'Sealed',
  callSealedTitle: 'Sealed end to end',
  callSealedText:
    'Sound and picture are sealed on your device and opened on theirs. The host passes them on and can neither hear nor see them.',
  callWords: 'The five words',
  callWordsText: 'Read them aloud: whoever sees the same five hears and sees you, with nobody in between. Others there: leave the call.',

  // Answers
  callNone: 'There is no call here.',
  callHeard: 'microphone on',
  callSeen: 'camera on',
  callSharing: 'shares a screen',

  // Said
  callJoined: (names: string) => `${names} joined the call`,
  callLeft: (names: string) => `${names} left the call`,
  callRaised: (names: string) => `${names} raised a hand`,
  callShares: (names: string) => `${names} shares a screen`,
  callUnshares: (names: string) => `${names} stopped sharing`,

  // In the conversation
  callBegun: (name: string) => `${name} started a call`,
  callBegunYou: 'You started a call',
  callOver: 'The call is over',
  callOverAfter: (time: string) => `The call is over · ${time}`,
};
