import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { chooseScreen } from '../../src/client/node/calls/ffmpeg/inputs.ts';
import { createMachine } from '../../src/client/node/calls/ffmpeg/machine.ts';
import { createPictures } from '../../src/client/node/calls/ffmpeg/pictures.ts';
import { findFfmpeg } from '../../src/client/node/calls/ffmpeg/program.ts';
import { SCREEN } from '../../src/client/node/calls/ffmpeg/screen.ts';
import { createSounds } from '../../src/client/node/calls/ffmpeg/sounds.ts';
import { createVoices } from '../../src/client/node/calls/ffmpeg/voices.ts';
import { sizeOfKeyFrame } from '../../src/client/node/calls/ffmpeg/vp8-size.ts';
import { createY4mReader } from '../../src/client/node/calls/ffmpeg/y4m.ts';
import type { CallPicture } from '../../src/client/node/calls/contract.ts';
import { createNodeCalls } from '../../src/client/node/calls/node-calls.ts';
import { startDisplay } from '../support/x-display.ts';
import { startCall, type TestCall } from './call.ts';
import { childrenOf } from './children.ts';

/** The screen of a terminal: the system's ffmpeg at a display of the test's. */
const display = process.env['DISPLAY'];
afterEach(() => {
  if (display === undefined) delete process.env['DISPLAY'];
  else process.env['DISPLAY'] = display;
});

const machineWith = (screen?: string) =>
  createMachine({
    find: () => findFfmpeg(),
    camera: undefined,
    microphone: undefined,
    screen,
    pictures: createPictures(),
    sounds: createSounds(async () => undefined),
    voices: createVoices(),
    isTalking: () => true,
  });

/** What of a machine's screen comes of the encoder. */
async function capture(screen?: string) {
  const frames: { readonly frame: Buffer; readonly isKey: boolean }[] = [];
  const stopped: string[] = [];
  const taken = await machineWith(screen).capture('screen', {
    onFrame: (frame, isKey) => void frames.push({ frame, isKey }),
    onStopped: ({ code }) => void stopped.push(code),
  });
  onTestFinished(() => taken.close());
  return { taken, frames, stopped };
}

const hasFfmpeg = () => childrenOf(process.pid).some(({ command }) => command.includes('ffmpeg'));

describe('a screen', () => {
  it('is captured in its own shape, at most 1280 wide, and never made larger', async () => {
    const sentBySize = [
      { width: 1601, height: 901, sent: { width: 1280, height: 720 } },
      { width: 640, height: 480, sent: { width: 640, height: 480 } },
    ];
    for (const { width, height, sent } of sentBySize) {
      process.env['DISPLAY'] = (await startDisplay(width, height)).name;
      const { taken, frames } = await capture();
      await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(10);
      expect(sizeOfKeyFrame((frames[0] ?? expect.unreachable()).frame)).toEqual(sent);
      expect(frames.slice(0, 10).map(({ isKey }) => isKey)).toEqual([true, ...Array.from({ length: 9 }, () => false)]);
      await taken.close();
    }
    await expect.poll(hasFfmpeg).toBe(false);
  });

  it('gives a key frame to who comes later, and nothing where nobody takes it', async () => {
    const { taken, frames } = await capture('test');
    await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(4);
    const asked = frames.length;
    taken.requestKey();
    await expect.poll(() => frames.slice(asked).some(({ isKey }) => isKey), { timeout: 20_000 }).toBe(true);
    taken.want(false);
    await expect.poll(() => childrenOf(process.pid).some(({ command }) => command.includes('libvpx'))).toBe(false);
    const before = frames.length;
    taken.want(true);
    await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(before + 3);
    expect(frames[before]?.isKey).toBe(true);
  });

  it('that is not there, or shows nothing to programs like this, is said to be missing', async () => {
    delete process.env['DISPLAY'];
    const nothing = { onFrame() {}, onStopped() {} };
    for (const machine of [machineWith(), machineWith('none'), machineWith(':47'), machineWith('; touch made')])
      await expect(machine.capture('screen', nothing)).rejects.toMatchObject({ code: 'no_display' });
    await expect(machineWith('test').capture('screen-audio', nothing)).rejects.toMatchObject({ code: 'no_screen' });
    const choose = (inputs: string[], choice: string | undefined, env: NodeJS.ProcessEnv) => chooseScreen({ inputs }, choice, 8, env);
    const wayland = { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' };
    expect(await choose(['x11grab'], undefined, wayland)).toBeUndefined();
    expect(await choose(['v4l2'], undefined, { DISPLAY: ':0' })).toBeUndefined();
    expect(await choose(['x11grab'], ':0.1', wayland)).toContain(':0.1');
    expect(await choose(['x11grab'], undefined, { DISPLAY: ':3' })).toEqual(['-f', 'x11grab', '-framerate', '8', '-i', ':3']);
    expect(await choose(['avfoundation'], undefined, {})).toContain('Capture screen 0:none');
    expect(await choose(['dshow', 'gdigrab'], undefined, {})).toEqual(['-f', 'gdigrab', '-framerate', '8', '-i', 'desktop']);
  });

  it('that goes away while it is shared is over', async () => {
    const { name } = await startDisplay(320, 240);
    process.env['DISPLAY'] = name;
    const { frames, stopped } = await capture();
    await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(2);
    for (let killed = 0; killed < 2; killed++) {
      const grabber = () => childrenOf(process.pid).find(({ command }) => command.includes('x11grab'));
      await expect.poll(grabber, { timeout: 20_000 }).toBeDefined();
      const before = frames.length;
      process.kill((grabber() ?? expect.unreachable()).pid, 'SIGKILL');
      if (killed === 0) await expect.poll(() => frames.length, { timeout: 30_000 }).toBeGreaterThan(before + 2);
    }
    await expect.poll(() => stopped).toEqual(['source_gone_in_call']);
    await expect.poll(hasFfmpeg).toBe(false);
  });
});

describe('pictures that say how large they are', () => {
  const head = (width: number, height: number) => Buffer.from(`YUV4MPEG2 W${width} H${height} F8:1 Ip C420jpeg\n`);
  const picture = (length: number, value: number) => Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(length, value)]);

  it('come whole, however they are cut', () => {
    const all = Buffer.concat([head(4, 2), picture(12, 1), picture(12, 2)]);
    for (let cut = 1; cut < all.length; cut++) {
      const got: unknown[] = [];
      const reader = createY4mReader(SCREEN, (bytes, size) => void got.push([bytes[0], bytes.length, size]));
      expect([reader.take(all.subarray(0, cut)), reader.take(all.subarray(cut))]).toEqual([true, true]);
      expect(got).toEqual([
        [1, 12, { width: 4, height: 2 }],
        [2, 12, { width: 4, height: 2 }],
      ]);
    }
  });

  it.each([
    ['of another kind', Buffer.from('RIFF....AVI LIST\n')],
    ['without an end of its header', Buffer.alloc(300, 65)],
    ['larger than a screen may be', head(1282, 720)],
    ['of odd lines', head(4, 3)],
    ['of none', head(0, 0)],
    ['with something in between', Buffer.concat([head(4, 2), Buffer.alloc(18, 1)])],
  ])('are none where they are %s', (_, bytes) => {
    const reader = createY4mReader(SCREEN, () => expect.unreachable());
    expect(reader.take(bytes)).toBe(false);
    expect(reader.take(Buffer.concat([head(4, 2), picture(12, 1)]))).toBe(false);
  });
});

describe('a terminal', () => {
  let call: TestCall;
  afterEach(() => call.stop());

  it('shows its screen to another one, as it is now, and no longer when it is off', async () => {
    const shared = await startDisplay(1024, 768);
    await shared.paint(0xd02010);
    process.env['DISPLAY'] = shared.name;
    call = await startCall();
    const [sender, viewer] = [createNodeCalls({ microphone: 'none' }), createNodeCalls({ microphone: 'none' })];
    const seen: CallPicture[] = [];
    viewer.onPicture((picture) => void seen.push(picture));
    viewer.show({ width: 160, height: 120 });
    const [a, b] = [await call.join(sender.media, 1), await call.join(viewer.media, 2)];
    for (const { transport, leaf } of [a, b]) transport.rekey({ epoch: 5n, baseKey: Buffer.alloc(16, 5), leaf });
    await a.transport.turn('screen', true);
    b.take([a, 'screen']);
    /** What the newest picture is a quarter of the way in: in the middle of a display there is its pointer. */
    const colour = () => {
      const { rgb, width, height } = seen.at(-1) ?? { rgb: Buffer.alloc(3), width: 1, height: 1 };
      const at = 3 * (Math.floor(height / 4) * width + Math.floor(width / 4));
      return ['red', 'green', 'blue'].filter((_, part) => (rgb[at + part] ?? 0) > 150);
    };
    await expect.poll(colour, { timeout: 60_000 }).toEqual(['red']);
    await shared.paint(0x1020d0);
    await expect.poll(colour, { timeout: 30_000 }).toEqual(['blue']);
    expect(seen.every(({ source, device }) => source === 'screen' && device === a.device)).toBe(true);
    // Another epoch: it goes on, without a word of anybody.
    for (const { transport, leaf } of [a, b]) transport.rekey({ epoch: 6n, baseKey: Buffer.alloc(16, 6), leaf });
    await shared.paint(0x10d020);
    await expect.poll(colour, { timeout: 30_000 }).toEqual(['green']);
    expect(b.counts.get(`${a.device} screen`)?.failed).toBe(0);
    await a.transport.turn('screen', false);
    await expect.poll(() => childrenOf(process.pid).some(({ command }) => command.includes('x11grab'))).toBe(false);
  });
});
