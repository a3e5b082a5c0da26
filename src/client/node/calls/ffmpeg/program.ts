import { execFile } from 'node:child_process';

/** The system's ffmpeg, and what it can do. */
export interface Ffmpeg {
  readonly program: string;
  readonly version: string;
  /** Devices by the names of their formats: `pulse`, `v4l2` …, that it reads from and writes to. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** How it is told to leave the times of frames alone: the word changed with 5.1. */
  readonly keepTimes: readonly string[];
  /** How VP8 is told that it encodes a screen; nothing where it cannot be told: that came with 6.1. */
  readonly screenContent: readonly string[];
}

/** To answer a question about itself, on a machine that has much to do; ms. */
const ANSWER_TIME = 20_000;
/** Of its answer; what it says about itself is some tens of KiB. */
const MOST_SAID = 1024 * 1024;

/** What a program says about itself, on both channels; undefined where it cannot be run, or does not end. */
export function ask(program: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: ANSWER_TIME, maxBuffer: MOST_SAID, windowsHide: true }, (error, stdout, stderr) => {
      // Listing devices ends with a code that is not 0.
      resolve(error !== null && typeof error.code === 'string' ? undefined : `${stdout}\n${stderr}`);
    });
  });
}

/** @returns undefined where there is no ffmpeg, or one that lacks VP8 or Opus */
export async function findFfmpeg(program = 'ffmpeg'): Promise<Ffmpeg | undefined> {
  // Before a list it says who it is.
  const [encoders, devices, vp8] = await Promise.all([
    ask(program, '-encoders'),
    ask(program, '-hide_banner', '-devices'),
    ask(program, '-hide_banner', '-h', 'encoder=libvpx'),
  ]);
  const version = /^ffmpeg version (\S+)/m.exec(encoders ?? '')?.[1];
  if (version === undefined || !/^ V\S+ libvpx /m.test(encoders ?? '') || !/^ A\S+ libopus /m.test(encoders ?? '')) return undefined;
  const listed = (pattern: RegExp) => [...(devices ?? '').matchAll(pattern)].flatMap(([, names = '']) => names.split(','));
  const [, major = '9', minor = '0'] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  const isOld = Number(major) < 5 || (Number(major) === 5 && Number(minor) < 1);
  return {
    program,
    version,
    inputs: listed(/^ D[ E] (\S+)/gm).flatMap((name) => (name === 'video4linux2' ? ['video4linux2', 'v4l2'] : [name])),
    outputs: listed(/^ [ D]E (\S+)/gm),
    keepTimes: isOld ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'],
    screenContent: vp8?.includes('-screen-content-mode') ? ['-screen-content-mode', '1'] : [],
  };
}

/** What every child is told first. */
export const QUIET = ['-hide_banner', '-loglevel', 'error', '-nostdin'] as const;
/** How a child reads what we send it: at once, one thread, and from nowhere else. */
export const READ_AT_ONCE = [
  ...['-probesize', '32', '-analyzeduration', '0', '-threads', '1'],
  ...['-protocol_whitelist', 'pipe', '-format_whitelist', 'matroska', '-f', 'matroska', '-i', 'pipe:0'],
] as const;
export const WRITE_AT_ONCE = ['-threads', '1', '-flush_packets', '1'] as const;
