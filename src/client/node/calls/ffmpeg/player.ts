import { type KeptChild, keepChild, startChild } from './child.ts';
import { listDevices } from './devices.ts';
import { type Ffmpeg, QUIET } from './program.ts';

/** Takes sound: 20 ms at a time, 16 bits, one channel, 48 kHz. What it cannot take is dropped. */
export interface Speaker {
  play(pcm: Buffer): void;
  close(): void;
}

/** A fifth of a second. Later sound is worse than less. */
const MOST_UNSENT = 19_200;
const SOUND = ['-f', 's16le', '-ar', '48000', '-ac', '1'] as const;

/** The system's own speaker, through one child for all members. @returns undefined where there is none */
export async function openSpeaker(ffmpeg: Ffmpeg): Promise<Speaker | undefined> {
  const { speakers } = await listDevices(ffmpeg);
  const command = speakers.map((format) => COMMANDS[format]?.(ffmpeg)).find((command) => command !== undefined);
  if (command === undefined) return undefined;
  let gone = false;
  const kept: KeptChild = keepChild(
    (onEnd) => startChild({ ...command, mostUnsent: MOST_UNSENT, onEnd }),
    () => {
      gone = true;
    },
  );
  return {
    play(pcm) {
      if (!gone) kept.child.write(pcm);
    },
    close: () => void kept.close(),
  };
}

type Command = (ffmpeg: Ffmpeg) => { readonly program: string; readonly args: readonly string[] };

const throughFfmpeg =
  (...output: readonly string[]): Command =>
  ({ program }) => ({ program, args: [...QUIET, '-probesize', '32', ...SOUND, '-i', 'pipe:0', ...output] });

const COMMANDS: Readonly<Record<string, Command>> = {
  pulse: throughFfmpeg('-f', 'pulse', '-buffer_duration', '60', '-name', 'Corrillo', 'call'),
  alsa: throughFfmpeg('-f', 'alsa', 'default'),
  audiotoolbox: throughFfmpeg('-f', 'audiotoolbox', '-'),
  ffplay: () => ({
    program: 'ffplay',
    args: ['-hide_banner', '-loglevel', 'error', '-nodisp', '-fflags', 'nobuffer', '-probesize', '32', ...SOUND, '-i', 'pipe:0'],
  }),
};
