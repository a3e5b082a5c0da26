import { writeFileSync } from 'node:fs';
import type { LaunchOptions } from 'playwright-core';

/** What a person looks and sounds like to a camera and a microphone that are files. */
export interface Person {
  /** Y, Cb, Cr of the upper half; something moves in the lower one. */
  readonly colour: readonly [number, number, number];
  /** In Hz. */
  readonly tone: number;
}

export const PEOPLE = {
  red: { colour: [82, 90, 240], tone: 440 },
  green: { colour: [145, 54, 34], tone: 700 },
  blue: { colour: [41, 240, 110], tone: 1000 },
} as const satisfies Record<string, Person>;

const SIZE = { width: 320, height: 180, rate: 15 };

/** Two seconds of a film, again and again (YUV4MPEG2), and of a tone (WAV). @returns what a Chromium is started with whose camera and microphone they are */
export function writePerson(folder: string, name: string, { colour, tone }: Person, size = SIZE): LaunchOptions {
  const [film, sound] = [`${folder}/${name}.y4m`, `${folder}/${name}.wav`];
  writeFilm(film, colour, size);
  writeTone(sound, tone);
  return seenAndHeard(film, sound);
}

/** What a Chromium is started with whose camera and microphone are these files. */
export function seenAndHeard(film: string, sound: string): LaunchOptions {
  return {
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
      `--use-file-for-fake-video-capture=${film}`,
      `--use-file-for-fake-audio-capture=${sound}`,
    ],
  };
}

function writeFilm(file: string, [y, cb, cr]: Person['colour'], { width, height, rate }: typeof SIZE): void {
  const frames: Buffer[] = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`)];
  for (let i = 0; i < rate * 2; i++) {
    const light = Buffer.alloc(width * height, y);
    const side = Math.floor(height / 5);
    const left = Math.floor((i / (rate * 2)) * (width - side));
    for (let row = height - 2 * side; row < height - side; row++)
      light.fill(i % 2 === 0 ? 235 : 200, row * width + left, row * width + left + side);
    frames.push(Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 4, cb), Buffer.alloc((width * height) / 4, cr));
  }
  writeFileSync(file, Buffer.concat(frames));
}

/** 0 Hz is silence. 16 bits, one channel, 48 kHz. Whole periods, so that the end joins the beginning. */
export function writeTone(file: string, hertz: number): void {
  const [rate, seconds] = [48_000, 2];
  const samples = Buffer.alloc(rate * seconds * 2);
  for (let i = 0; i < rate * seconds; i++) samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / rate)), i * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  writeFileSync(file, Buffer.concat([head, samples]));
}
