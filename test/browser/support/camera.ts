import { writeFileSync } from 'node:fs';
import type { LaunchOptions } from 'playwright-core';
import { encode } from 'uqr';
import { readLight } from './png.ts';

const SIZE = { width: 640, height: 480 };
/** Pixels that a code takes of the picture. */
const SIDE = 420;

/** A Chromium whose camera sees what is in this file when it is switched on (YUV4MPEG2), again and again. */
export const seeing = (file: string): LaunchOptions => ({
  args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${file}`],
});

/** A Chromium whose camera sees this code, as one sees another's screen. */
export function seeingCode(text: string, file: string): LaunchOptions {
  const { size, data } = encode(text, { ecc: 'L', border: 4 });
  drawVideo(file, size, (x, y) => !data[y]?.[x]);
  return seeing(file);
}

/** Holds a screen before the camera: a screenshot of a square part of it. */
export function showToCamera(png: Buffer, file: string): void {
  const { width, light } = readLight(png);
  drawVideo(file, width, (x, y) => (light[y * width + x] as number) > 127);
}

/** Grey, not in the middle, with a margin. */
function drawVideo(file: string, size: number, isLight: (x: number, y: number) => boolean): void {
  const { width, height } = SIZE;
  const side = size > SIDE ? SIDE : Math.floor(SIDE / size) * size;
  const [left, top] = [Math.floor((width - side) / 2) + 9, Math.floor((height - side) / 2) - 7];
  const light = Buffer.alloc(width * height, 140);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [column, row] = [Math.floor((x * size) / side), Math.floor((y * size) / side)];
      light[(top + y) * width + left + x] = isLight(column, row) ? 215 : 40;
    }
  const colours = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, colours]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
}
