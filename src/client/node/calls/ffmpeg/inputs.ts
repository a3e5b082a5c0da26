import { stat } from 'node:fs/promises';
import { type CallDevices, listDevices } from './devices.ts';
import type { PictureSize } from './encoder.ts';
import type { Ffmpeg } from './program.ts';

/**
 * What a person chose to send, in arguments for ffmpeg. Names are data: each is one argument, and a file is named as one, so that no name is taken for an
 * option or an address.
 */
export type Input = readonly string[];

/** A tone in Hz, where none is named. */
const TONE = 440;

/** @param choice `test`, a file, a device; undefined: the first device there is. @returns undefined where there is none */
export async function chooseCamera(
  ffmpeg: Ffmpeg,
  choice: string | undefined,
  size: PictureSize,
  rate: number,
): Promise<Input | undefined> {
  if (choice === 'test') return ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size.width}x${size.height}:rate=${rate}`];
  if (choice !== undefined && (await isFile(choice))) return fileInput(choice);
  const device = choice ?? (await listDevices(ffmpeg)).cameras[0];
  if (device === undefined) return undefined;
  // What a camera cannot do it does as well as it can: the picture is brought to its size afterwards.
  const near = ['-framerate', '30', '-video_size', '640x480'];
  if (ffmpeg.inputs.includes('v4l2')) return ['-f', 'v4l2', '-video_size', '640x360', '-i', device];
  if (ffmpeg.inputs.includes('avfoundation')) return ['-f', 'avfoundation', ...near, '-i', `${device}:none`];
  if (ffmpeg.inputs.includes('dshow')) return ['-f', 'dshow', '-i', `video=${device}`];
  return undefined;
}

/** @param choice `test` or `test:FREQUENCY` (Hz), a file, a device */
export async function chooseMicrophone(ffmpeg: Ffmpeg, choice: string | undefined): Promise<Input | undefined> {
  const tone = /^test(?::(\d{2,5}))?$/.exec(choice ?? '');
  if (tone !== null) return ['-re', '-f', 'lavfi', '-i', `sine=frequency=${tone[1] ?? TONE}:sample_rate=48000`];
  if (choice !== undefined && (await isFile(choice))) return fileInput(choice);
  const { microphones }: CallDevices = await listDevices(ffmpeg);
  const device = choice ?? microphones[0];
  if (device === undefined) return undefined;
  // Else a sound server hands over what it has when a second is full.
  const atOnce = ['-sample_rate', '48000', '-channels', '1'];
  if (ffmpeg.inputs.includes('pulse') && !/^(hw|plughw|default$)/.test(device))
    return ['-f', 'pulse', ...atOnce, '-fragment_size', '1920', '-i', device];
  if (ffmpeg.inputs.includes('alsa')) return ['-f', 'alsa', ...atOnce, '-i', device];
  if (ffmpeg.inputs.includes('avfoundation')) return ['-f', 'avfoundation', '-i', `:${device}`];
  if (ffmpeg.inputs.includes('dshow')) return ['-f', 'dshow', '-audio_buffer_size', '20', '-i', `audio=${device}`];
  return undefined;
}

/**
 * @param choice `test`, a file, or what is captured, as ffmpeg names it: a display (`:0`), `Capture screen 1`, `title=WINDOW`
 * @returns undefined where nothing can be captured
 */
export async function chooseScreen(
  { inputs }: Pick<Ffmpeg, 'inputs'>,
  choice: string | undefined,
  rate: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Input | undefined> {
  if (choice === 'test') return ['-re', '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${rate}`];
  if (choice !== undefined && (await isFile(choice))) return fileInput(choice);
  const often = ['-framerate', `${rate}`];
  if (inputs.includes('avfoundation')) return ['-f', 'avfoundation', '-capture_cursor', '1', '-i', `${choice ?? 'Capture screen 0'}:none`];
  if (inputs.includes('gdigrab')) return ['-f', 'gdigrab', ...often, '-i', choice ?? 'desktop'];
  // Under Wayland an X display shows nothing of what is on the screen but black: it is taken only by whoever names it.
  const display = choice ?? (env['WAYLAND_DISPLAY'] ? undefined : env['DISPLAY']);
  if (!display || !inputs.includes('x11grab')) return undefined;
  return ['-f', 'x11grab', ...often, '-i', display];
}

/** As fast as it plays, from its beginning again and again. */
const fileInput = (path: string): Input => ['-re', '-stream_loop', '-1', '-protocol_whitelist', 'file', '-i', `file:${path}`];

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
