import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CAMERA } from '../../src/client/node/calls/ffmpeg/camera.ts';

const { width, height, rate } = CAMERA;
const BITS = 16;
const BLOCK = width / BITS;
/** Played again and again: pictures are those of another round where they begin anew. */
const SECONDS = 90;
export const FILM_PICTURES = SECONDS * rate;

/** A film whose pictures say which they are: above, bits in black and white; below, red beside blue. */
export async function makePattern(path: string): Promise<void> {
  const from = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', `${rate}`, '-i', 'pipe:0'];
  const child = spawn('ffmpeg', ['-loglevel', 'error', '-y', ...from, '-c:v', 'ffv1', path], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'close');
  for (let i = 0; i < FILM_PICTURES; i++) if (!child.stdin.write(drawPicture(i))) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

function drawPicture(index: number): Buffer {
  const luma = Buffer.alloc(width * height, 100);
  for (let y = 0; y < height / 2; y++)
    for (let x = 0; x < width; x++) luma[y * width + x] = (index >> Math.floor(x / BLOCK)) & 1 ? 220 : 30;
  const [u, v] = [Buffer.alloc((width * height) / 4, 128), Buffer.alloc((width * height) / 4, 128)];
  for (let y = height / 4; y < height / 2; y++) {
    const row = (y * width) / 2;
    u.fill(90, row, row + width / 4).fill(220, row + width / 4, row + width / 2);
    v.fill(220, row, row + width / 4).fill(110, row + width / 4, row + width / 2);
  }
  return Buffer.concat([luma, u, v]);
}

/** Which picture of the film this is; undefined where it is none of them. */
export function readPattern(picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }): number | undefined {
  const at = (x: number, y: number) => {
    const from = 3 * (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width));
    return picture.rgb.subarray(from, from + 3);
  };
  const [leftRed = 0, , leftBlue = 0] = at(0.25, 0.75);
  const [rightRed = 0, , rightBlue = 0] = at(0.75, 0.75);
  if (leftRed < leftBlue + 80 || rightBlue < rightRed + 80) return undefined;
  let index = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const [, green = 0] = at((bit + 0.5) / BITS, 0.25);
    if (green > 90 && green < 160) return undefined;
    if (green >= 160) index |= 1 << bit;
  }
  return index;
}
