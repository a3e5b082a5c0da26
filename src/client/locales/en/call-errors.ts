import type { Sentence } from '../sentence.ts';

/** What may go wrong about calls. */
export const callErrors = {
  no_calls: 'This host carries no calls right now: ask whoever runs it whether its media port (9020) could be opened.',
  call_full: 'There are as many people in the call as it can have: wait until somebody leaves.',
  too_many_calls: 'This device is in several calls, or joined too often: leave one, or wait some seconds.',
  bad_offer: 'This program and the host do not agree on how to call: update both, or reload the page.',
  not_in_call: 'You are not in the call: join it first.',
  calls_unsupported: (d) =>
    d['because'] === 'platform'
      ? 'This program cannot join calls: open the room in a browser, or in a terminal.'
      : `This browser cannot seal calls (${d['because'] ?? 'no reason given'}), so it may not join them: update it, or use another one.`,
  call_unreachable:
    'The chat gets through to the host and calls do not: its firewall has to let port 9020 through (UDP, or TCP), which “corrillo firewall” helps with; it is tried again by itself.',
  call_refused: 'Whoever answered for the call is not the host of this room: you were not put through. Ask whoever runs it.',
  call_lost: 'The part of the host that carries calls stopped: the call comes back by itself.',
  call_silent: 'Nothing came from this device for a while, so it was taken out of the call: it joins again by itself.',
  call_replaced: 'You joined this call in another window: it goes on there.',
  call_unsealed:
    'This browser sent, or would have sent, sound and picture that were not sealed, so nothing real was let out: reload the page, and use another browser if it stays so.',
  unknown_call_word: (d) => `There is no “/call ${d['word'] ?? ''}”: did you mean “/call ${d['nearest'] ?? 'start'}”?`,
  camera_denied: 'The camera may not be used here: allow it for this page (the icon beside the address), then turn it on again.',
  camera_busy: 'Another program has the camera: close it there, then turn it on again.',
  no_camera: 'No camera was found: plug one in, then turn it on. You can see and hear the others all the same.',
  microphone_denied: 'The microphone may not be used here: allow it for this page (the icon beside the address), then turn it on again.',
  microphone_busy: 'Another program has the microphone: close it there, then turn it on again.',
  no_microphone: 'No microphone was found: plug one in, then turn it on. You can see and hear the others all the same.',
  screen_denied: 'The screen was not shared: choose what to share, and allow it (on a Mac in its privacy settings).',
  no_screen: 'The screen cannot be shared from here: use a browser on a computer.',
  no_display:
    'No screen can be captured from here: start the terminal inside your desktop session (on Linux ffmpeg needs X and DISPLAY), or share it from a browser, which can under Wayland too.',
  no_window:
    'No window can be opened here (it takes a display, and mpv or ffplay): leave --pictures out to see the others in the terminal itself.',
  no_ffmpeg:
    'Camera, microphone and screen of a terminal need ffmpeg, which is not there: install it (“apt install ffmpeg”, “brew install ffmpeg”, “winget install ffmpeg”), or join from a browser.',
  source_gone_in_call: (d) =>
    `The ${d['source'] === 'camera' ? 'camera' : d['source'] === 'microphone' ? 'microphone' : 'screen'} went away: turn it on again when it is back.`,
  media_stopped: (d) =>
    `The part of Corrillo that carries calls stopped and starts again in ${d['seconds'] ?? 'a few'} s: calls come back by themselves, and the chat is not touched.`,
  media_failed: (d) =>
    `Calls could not be started (${d['port'] === undefined ? (d['because'] ?? 'no reason given') : `port ${d['port']} ${d['because'] === 'port_busy' ? 'is taken' : 'may not be opened'}`}): the chat works without them. Choose another port with --media-port.`,
} satisfies Record<string, Sentence>;
