import { type CallSource, CodedError } from '../../../../protocol/index.ts';
import type { CallAbilities } from '../contract.ts';
import type { CallMachine, Capture, CaptureEvents, Decoder } from '../media-ports.ts';
import { CAMERA, startCamera } from './camera.ts';
import { listDevices } from './devices.ts';
import { chooseCamera, chooseMicrophone, chooseScreen, type Input } from './inputs.ts';
import { startMicrophone } from './microphone.ts';
import type { Pictures } from './pictures.ts';
import type { Ffmpeg } from './program.ts';
import { SCREEN, startScreen } from './screen.ts';
import type { Sounds } from './sounds.ts';
import type { Voices } from './voices.ts';

export interface MachineOptions {
  find(): Promise<Ffmpeg | undefined>;
  readonly camera: string | undefined;
  readonly microphone: string | undefined;
  readonly screen: string | undefined;
  readonly pictures: Pictures;
  readonly sounds: Sounds;
  readonly voices: Voices;
  isTalking(): boolean;
}

type Captured = Exclude<CallSource, 'screen-audio'>;

export function createMachine(options: MachineOptions): CallMachine & { abilities(): Promise<CallAbilities> } {
  let found: Promise<Ffmpeg | undefined> | undefined;
  /** A transport that takes the place of another one opens a device before the other one has closed it; devices are opened once. */
  const captures = new Map<CallSource, Capture>();
  const find = async () => {
    found ??= options.find();
    const ffmpeg = await found;
    // Somebody may install it meanwhile.
    if (ffmpeg === undefined) found = undefined;
    return ffmpeg;
  };

  function choose(ffmpeg: Ffmpeg, source: Captured): Promise<Input | undefined> {
    if (source === 'camera') return chooseCamera(ffmpeg, options.camera, CAMERA, CAMERA.rate);
    return source === 'screen' ? chooseScreen(ffmpeg, options.screen, SCREEN.rate) : chooseMicrophone(ffmpeg, options.microphone);
  }

  function start(ffmpeg: Ffmpeg, source: Captured, input: Input, events: CaptureEvents): Promise<Capture> {
    if (source === 'camera') return startCamera(ffmpeg, input, events);
    return source === 'screen' ? startScreen(ffmpeg, input, events) : startMicrophone(ffmpeg, input, events, options.isTalking);
  }

  return {
    async capture(source, events) {
      // The sound of a screen is what this machine plays, and the others would hear themselves.
      if (source === 'screen-audio') throw new CodedError('no_screen');
      const missing = source === 'screen' ? 'no_display' : `no_${source}`;
      if (options[source] === 'none') throw new CodedError(missing);
      const ffmpeg = await find();
      if (ffmpeg === undefined) throw new CodedError('no_ffmpeg');
      const input = await choose(ffmpeg, source);
      if (input === undefined) throw new CodedError(missing);
      await captures.get(source)?.close();
      const capture = await start(ffmpeg, source, input, events);
      captures.set(source, capture);
      return capture;
    },
    decode(device, source, events) {
      let decoder: Decoder | undefined;
      let closed = false;
      const isPicture = source === 'camera' || source === 'screen';
      // What a screen plays is no voice of its member.
      const listen = source === 'microphone' ? (pcm: Buffer) => options.voices.take(device, pcm) : undefined;
      // Without it frames are counted, and nothing is to be seen or heard.
      void find().then((ffmpeg) => {
        if (closed || ffmpeg === undefined) return;
        decoder = isPicture ? options.pictures.decode(ffmpeg, device, source, events) : options.sounds.decode(ffmpeg, events, listen);
        if (isPicture) events.onNeedsKey();
      });
      return {
        take: (frame, isKey) => decoder?.take(frame, isKey),
        close() {
          closed = true;
          decoder?.close();
          if (listen) options.voices.gone(device);
        },
      };
    },
    async abilities() {
      const ffmpeg = await find();
      if (ffmpeg === undefined) return { ffmpeg: null, cameras: [], microphones: [], speaker: false };
      const { cameras, microphones, speakers } = await listDevices(ffmpeg);
      return { ffmpeg: ffmpeg.version, cameras, microphones, speaker: speakers.length > 0 };
    },
  };
}
