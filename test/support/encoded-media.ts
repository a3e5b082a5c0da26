import { spawn } from 'node:child_process';
import { createIvfReader } from '../../src/client/node/calls/ffmpeg/ivf.ts';
import { beginMatroska, writeFrame } from '../../src/client/node/calls/ffmpeg/matroska.ts';
import { createOggReader } from '../../src/client/node/calls/ffmpeg/ogg.ts';

/*
 * Pictures and sound as a real encoder makes them, and what a real decoder makes of whatever it is given. Both are the system's ffmpeg, asked
 * for all of it at once.
 */

/** Width, height, pictures a second of what is generated; Hz of the tone. */
export const PICTURE = { width: 320, height: 180, rate: 15 } as const;
export const TONE = 440;
/** ms */
export const SOUND_FRAME = 20;

/** A test card that moves, a key frame each second. */
export async function encodePictures(seconds: number): Promise<Buffer[]> {
  const { width, height, rate } = PICTURE;
  const source = ['-f', 'lavfi', '-i', `testsrc=size=${width}x${height}:rate=${rate}:duration=${seconds}`];
  const encoder = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', String(rate), '-f', 'ivf', 'pipe:1'];
  const frames: Buffer[] = [];
  const reader = createIvfReader((frame) => frames.push(frame));
  reader.take(await run([...source, ...encoder]));
  return frames;
}

/** One tone, in frames of the same length each. */
export async function encodeTone(seconds: number): Promise<Buffer[]> {
  const source = ['-f', 'lavfi', '-i', `sine=frequency=${TONE}:sample_rate=48000:duration=${seconds}`];
  const encoder = ['-c:a', 'libopus', '-b:a', '32k', '-vbr', 'off', '-frame_duration', String(SOUND_FRAME), '-f', 'ogg', 'pipe:1'];
  const packets: Buffer[] = [];
  const reader = createOggReader((packet) => packets.push(packet));
  reader.take(await run([...source, ...encoder]));
  return packets;
}

/** Grey pictures of PICTURE's size, whatever size they had: as many as there are. */
export async function decodePictures(frames: readonly Uint8Array[]): Promise<Buffer[]> {
  const { width, height, rate } = PICTURE;
  const input = Buffer.concat([
    beginMatroska({ codec: 'vp8', width, height }),
    ...frames.map((frame, i) => writeFrame(Math.round((i * 1_000) / rate), frame)),
  ]);
  const shape = ['-vf', `scale=${width}:${height}`, '-pix_fmt', 'gray', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  const pixels = await run(['-f', 'matroska', '-i', 'pipe:0', ...shape], input);
  const size = width * height;
  return Array.from({ length: Math.floor(pixels.length / size) }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
}

/** Sound of 16 bits, one channel, 48 kHz. */
export function decodeSound(packets: readonly Uint8Array[]): Promise<Buffer> {
  const input = Buffer.concat([
    beginMatroska({ codec: 'opus', channels: 1 }),
    ...packets.map((packet, i) => writeFrame(i * SOUND_FRAME, packet)),
  ]);
  return run(['-f', 'matroska', '-i', 'pipe:0', '-c:a', 'pcm_s16le', '-ac', '1', '-ar', '48000', '-f', 's16le', 'pipe:1'], input);
}

/** How many of these pictures look like one of those: less than a tenth of the light in another place. */
export function countAlike(pictures: readonly Buffer[], originals: readonly Buffer[]): number {
  const differs = (one: Buffer, other: Buffer): number => {
    let sum = 0;
    for (let i = 0; i < one.length; i += 7) sum += Math.abs((one[i] as number) - (other[i] as number));
    return sum / (one.length / 7) / 255;
  };
  return pictures.filter((picture) => originals.some((original) => differs(picture, original) < 0.1)).length;
}

/** What ffmpeg makes of it; what it cannot read is nothing. Rejects where there is no ffmpeg, and after half a minute. */
function run(parameters: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'quiet', '-nostdin', '-err_detect', 'ignore_err', ...parameters], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const parts: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('ffmpeg did not end'));
    }, 30_000);
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    // It may have seen enough.
    child.stdin.on('error', () => {});
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts));
    });
    child.stdin.end(input);
  });
}
