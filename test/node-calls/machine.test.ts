import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nameCaptureFault } from '../../src/client/node/calls/ffmpeg/capture-faults.ts';
import { startCamera } from '../../src/client/node/calls/ffmpeg/camera.ts';
import { createMachine } from '../../src/client/node/calls/ffmpeg/machine.ts';
import { startPictureDecoder } from '../../src/client/node/calls/ffmpeg/picture-decoder.ts';
import { createPictures } from '../../src/client/node/calls/ffmpeg/pictures.ts';
import { type Ffmpeg, findFfmpeg } from '../../src/client/node/calls/ffmpeg/program.ts';
import { silenceOf } from '../../src/client/node/calls/ffmpeg/silence.ts';
import { startSoundDecoder } from '../../src/client/node/calls/ffmpeg/sound-decoder.ts';
import { createSounds } from '../../src/client/node/calls/ffmpeg/sounds.ts';
import { createVoices } from '../../src/client/node/calls/ffmpeg/voices.ts';
import { createNodeCalls } from '../../src/client/node/calls/node-calls.ts';
import { childrenOf, isRunning } from './children.ts';

/** The system's ffmpeg, as calls use it. */
let folder: string;
let ffmpeg: Ffmpeg;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  ffmpeg = (await findFfmpeg()) ?? expect.unreachable('these tests need ffmpeg');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'corrillo-machine-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

const TEST = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const machineWith = (choice: { camera?: string; microphone?: string }, find = async (): Promise<Ffmpeg | undefined> => ffmpeg) =>
  createMachine({
    find,
    camera: choice.camera,
    microphone: choice.microphone,
    screen: undefined,
    pictures: createPictures(),
    sounds: createSounds(async () => undefined),
    voices: createVoices(),
    isTalking: () => true,
  });
const nothing = { onFrame() {}, onStopped() {} };
const inFolder = () => process.chdir(folder);

describe('a machine', () => {
  it('without ffmpeg says so, and takes part all the same', async () => {
    const calls = createNodeCalls({ ffmpeg: join(folder, 'ffmpeg') });
    expect(await calls.abilities()).toEqual({ ffmpeg: null, cameras: [], microphones: [], speaker: false });
    const machine = machineWith({ camera: 'test' }, async () => undefined);
    await expect(machine.capture('camera', nothing)).rejects.toMatchObject({ code: 'no_ffmpeg' });
    await expect(machine.capture('screen', nothing)).rejects.toMatchObject({ code: 'no_ffmpeg' });
    const decoder = machine.decode('aa', 'camera', { onDecoded: () => expect.unreachable(), onNeedsKey: () => expect.unreachable() });
    decoder.take(Buffer.from('frame'), true);
    await new Promise(setImmediate);
    decoder.take(Buffer.from('frame'), true);
    decoder.close();
  });

  it('takes names of devices for names', async () => {
    const before = process.cwd();
    inFolder();
    try {
      for (const name of ['; touch made', '-version', '/dev/nothing', 'http://127.0.0.1:9/x']) {
        const machine = machineWith({ camera: name, microphone: name });
        await expect(machine.capture('camera', nothing)).rejects.toMatchObject({ code: 'no_camera' });
        await expect(machine.capture('microphone', nothing)).rejects.toMatchObject({ code: 'no_microphone' });
      }
      expect(existsSync(join(folder, 'made'))).toBe(false);
    } finally {
      process.chdir(before);
    }
    await expect(machineWith({ microphone: 'none' }).capture('microphone', nothing)).rejects.toMatchObject({ code: 'no_microphone' });
  });

  it.each([
    ['/dev/video0: Device or resource busy', 'camera_busy'],
    ['[avfoundation] Failed to create AV capture input device: access denied', 'camera_denied'],
    ['/dev/video0: Permission denied', 'camera_denied'],
    ['/dev/video7: No such file or directory', 'no_camera'],
    ['', 'no_camera'],
  ])('knows why a camera gives nothing: %s', (said, code) => {
    expect(nameCaptureFault('camera', said).code).toBe(code);
  });

  it('opens a device once, whoever asks again', async () => {
    const machine = machineWith({ camera: 'test' });
    const first = await machine.capture('camera', nothing);
    const captures = () => childrenOf(process.pid).filter(({ command }) => command.includes('testsrc2'));
    expect(captures()).toHaveLength(1);
    const [old] = captures();
    const second = await machine.capture('camera', nothing);
    expect(captures().map(({ pid }) => pid)).not.toContain(old?.pid);
    expect(captures()).toHaveLength(1);
    await Promise.all([first.close(), second.close()]);
    expect(captures()).toEqual([]);
  });
});

describe('a camera', () => {
  it('gives key frames when they are asked for, and only then, and encodes nothing that nobody takes', async () => {
    const frames: boolean[] = [];
    const camera = await startCamera(ffmpeg, TEST, { onFrame: (_, isKey) => void frames.push(isKey), onStopped() {} });
    cleanups.push(camera.close);
    const encoders = () => childrenOf(process.pid).filter(({ command }) => command.includes('libvpx'));
    await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(40);
    expect(frames.slice(0, 40)).toEqual([true, ...Array.from({ length: 39 }, () => false)]);
    const asked = frames.length;
    camera.requestKey();
    await expect.poll(() => frames.slice(asked).includes(true), { timeout: 10_000 }).toBe(true);
    // Within the pictures that were under way.
    expect(frames.slice(asked).indexOf(true)).toBeLessThan(10);
    // With fewer bits it begins anew, with a key frame.
    expect(encoders().map(({ command }) => /-b:v (\d+)/.exec(command.replaceAll('\0', ' '))?.[1])).toEqual(['250000']);
    const lessened = frames.length;
    camera.lessen(0.25);
    camera.lessen(0.25);
    await expect.poll(() => frames.length, { timeout: 10_000 }).toBeGreaterThan(lessened + 3);
    expect(frames[lessened]).toBe(true);
    expect(encoders().map(({ command }) => /-b:v (\d+)/.exec(command.replaceAll('\0', ' '))?.[1])).toEqual(['62500']);
    camera.want(false);
    await expect.poll(encoders).toEqual([]);
    const stopped = frames.length;
    camera.want(true);
    await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(stopped + 3);
    expect(frames[stopped]).toBe(true);
  });

  it('that dies is started again, and is over when it dies again', async () => {
    const ends: string[] = [];
    let frames = 0;
    const camera = await startCamera(ffmpeg, TEST, { onFrame: () => void frames++, onStopped: ({ code }) => void ends.push(code) });
    cleanups.push(camera.close);
    const kill = async (name: string) => {
      const [child] = childrenOf(process.pid).filter(({ command }) => command.includes(name));
      process.kill((child ?? expect.unreachable()).pid, 'SIGKILL');
      const before = frames;
      return before;
    };
    await expect.poll(() => frames, { timeout: 30_000 }).toBeGreaterThan(5);
    const afterEncoder = await kill('libvpx');
    await expect.poll(() => frames, { timeout: 30_000 }).toBeGreaterThan(afterEncoder + 5);
    const afterCapture = await kill('testsrc2');
    await expect.poll(() => frames, { timeout: 30_000 }).toBeGreaterThan(afterCapture + 5);
    expect(ends).toEqual([]);
    await kill('testsrc2');
    await expect.poll(() => ends).toEqual(['source_gone_in_call']);
    await expect.poll(() => childrenOf(process.pid).filter(({ command }) => command.includes('ffmpeg'))).toEqual([]);
  });
});

describe('decoders', () => {
  it('make silence of silence, and sound of the same length where some is lost', async () => {
    const heard: Buffer[] = [];
    const decoder = startSoundDecoder(ffmpeg, { onSound: (pcm) => void heard.push(pcm), onGone: () => expect.unreachable() });
    cleanups.push(decoder.close);
    for (let i = 0; i < 60; i++) decoder.take(i % 10 === 9 ? undefined : silenceOf(80));
    await expect.poll(() => Buffer.concat(heard).length, { timeout: 20_000 }).toBeGreaterThan(1_920 * 55);
    const samples = Buffer.concat(heard);
    for (let at = 0; at + 1 < samples.length; at += 2) expect(Math.abs(samples.readInt16LE(at))).toBeLessThan(4);
  });

  it('begin with a key frame, and take none that no screen shows', () => {
    const decoder = startPictureDecoder(ffmpeg, { width: 32, height: 18 }, { onPicture() {}, onNeedsKey() {}, onGone() {} });
    cleanups.push(decoder.close);
    expect(decoder.take(Buffer.from('11', 'hex'), false)).toBe(false);
    expect(decoder.take(Buffer.from('5000009d012aff3fff3f', 'hex'), true)).toBe(false);
    expect(decoder.take(Buffer.from('5000009d012a4001b400', 'hex'), true)).toBe(true);
  });
});

it('children end with us, however we end', async () => {
  const program = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'orphan.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => program.kill('SIGKILL'));
  const [said] = (await once(program.stdout, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
  expect(said.toString()).toBe('running\n');
  const children = childrenOf(program.pid as number).filter(({ command }) => command.includes('ffmpeg'));
  expect(children.length).toBeGreaterThanOrEqual(3);
  program.kill('SIGKILL');
  await once(program, 'exit');
  await expect.poll(() => children.filter(({ pid }) => isRunning(pid)), { timeout: 20_000 }).toEqual([]);
});
