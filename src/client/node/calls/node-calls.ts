import { CodedError } from '../../../protocol/index.ts';
import { makeDtlsCertificate } from '../../../rtc/index.ts';
import type { CallChoice, NodeCalls } from './contract.ts';
import { openWindow } from './window/window.ts';
import { createMachine } from './ffmpeg/machine.ts';
import { createPictures } from './ffmpeg/pictures.ts';
import { openSpeaker, type Speaker } from './ffmpeg/player.ts';
import { findFfmpeg } from './ffmpeg/program.ts';
import { createSounds } from './ffmpeg/sounds.ts';
import { createVoices } from './ffmpeg/voices.ts';
import type { Network } from './network/path.ts';
import { systemNetwork } from './network/system-network.ts';
import { createTransport } from './transport.ts';

export interface NodeCallsOptions extends CallChoice {
  /** Where sound goes instead of the system's speaker: each 20 ms, 16 bits, one channel, 48 kHz. */
  readonly speaker?: Speaker | undefined;
  /** What ffmpeg is called here. */
  readonly ffmpeg?: string | undefined;
  /** Other sockets than the system's, for tests. */
  readonly network?: Network | undefined;
}

/** Calls from a terminal: WebRTC over `src/rtc`, pictures and sound through the system's ffmpeg. Nothing runs before a call does. */
export function createNodeCalls(options: NodeCallsOptions = {}): NodeCalls {
  let talking = true;
  const pictures = createPictures();
  const voices = createVoices();
  const { speaker } = options;
  const machine = createMachine({
    find: () => findFfmpeg(options.ffmpeg),
    camera: options.camera,
    microphone: options.microphone,
    screen: options.screen,
    pictures,
    sounds: createSounds(speaker === undefined ? openSpeaker : async () => speaker),
    voices,
    isTalking: () => talking,
  });
  return {
    media: {
      async open(events) {
        // Another one for each call: nobody can tell by it that two calls have one member.
        const certificate = await makeDtlsCertificate().catch(() => {
          throw new CodedError('calls_unsupported', { because: 'platform' });
        });
        return createTransport({ certificate, network: options.network ?? systemNetwork, machine }, events);
      },
    },
    onPicture: pictures.on,
    onSpeaking: voices.on,
    show: pictures.show,
    abilities: machine.abilities,
    openWindow: (nameOf, onClosed) => openWindow(pictures, { ffmpeg: options.ffmpeg ?? 'ffmpeg', nameOf, onClosed }),
    talk(on) {
      talking = on;
    },
  };
}
