import { type CallSource, CodedError } from '../../../../protocol/index.ts';
import type { CallAbilities } from '../contract.ts';
import type { CallMachine, Capture, Decoder } from '../media-ports.ts';
import { CAMERA, startCamera } from './camera.ts';
import { listDevices } from './devices.ts';
import { chooseCamera, chooseMicrophone } from './inputs.ts';
import { startMicrophone } from './microphone.ts';
import type { Pictures } from './pictures.ts';
import type { Ffmpeg } from './program.ts';
import type { Sounds } from './sounds.ts';

export interface MachineOptions {
  find(): Promise<Ffmpeg | undefined>;
  readonly camera: string | undefined;
  readonly microphone: string | undefined;
  readonly pictures: Pictures;
  readonly sounds: Sounds;
  isTalking(): boolean;
}

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

  return {
    async capture(source, events) {
      if (source !== 'camera' && source !== 'microphone') throw new CodedError('no_screen');
      if (options[source] === 'none') throw new CodedError(`no_${source}`);
      const ffmpeg = await find();
      if (ffmpeg === undefined) throw new CodedError('no_ffmpeg');
      const input =
        source === 'camera'
          ? await chooseCamera(ffmpeg, options.camera, CAMERA, CAMERA.rate)
          : await chooseMicrophone(ffmpeg, options.microphone);
      if (input === undefined) throw new CodedError(`no_${source}`);
      await captures.get(source)?.close();
      const capture = await (source === 'camera'
        ? startCamera(ffmpeg, input, events)
        : startMicrophone(ffmpeg, input, events, options.isTalking));
      captures.set(source, capture);
      return capture;
    },
    decode(device, source, events) {
      let decoder: Decoder | undefined;
      let closed = false;
      const isPicture = source === 'camera' || source === 'screen';
      // Without it frames are counted, and nothing is to be seen or heard.
      void find().then((ffmpeg) => {
        if (closed || ffmpeg === undefined) return;
        decoder = isPicture ? options.pictures.decode(ffmpeg, device, source, events) : options.sounds.decode(ffmpeg, events);
        if (isPicture) events.onNeedsKey();
      });
      return {
        take: (frame, isKey) => decoder?.take(frame, isKey),
        close() {
          closed = true;
          decoder?.close();
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
