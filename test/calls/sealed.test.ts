import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sourceOfContext } from '../../src/client/calls/frame-context.ts';
import { createFrameOpener } from '../../src/crypto/index.ts';
import type { CallSource } from '../../src/protocol/index.ts';
import type { CallPeer } from '../support/call-peer.ts';
import { type Caller, KEY, openCallRoom } from '../browser/support/call-room.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { framesOf, type SentFrame } from '../browser/support/sent-frames.ts';

const origin = useCallPage();
const folder = mkdtempSync(join(tmpdir(), 'corrillo-test-'));
let red: Browser;
beforeAll(async () => {
  red = await launchChromium(writePerson(folder, 'red', PEOPLE.red));
});
afterAll(async () => {
  await red.close();
  rmSync(folder, { recursive: true, force: true });
});

const SLOT = { audio: 1000 * 3 + 100, video: 1000 * 3 + 102 };

/** Each of them opens with the key, as the first member's and of this source. */
async function expectSealed(frames: readonly SentFrame[], source: CallSource): Promise<void> {
  const opener = createFrameOpener();
  opener.addEpoch(1n, KEY);
  const kind = source === 'camera' ? 'video' : 'audio';
  for (const { bytes } of frames) {
    const opened = await opener.open(kind === 'audio' ? bytes : bytes.subarray((bytes[0] as number) & 1 ? 1 : 10), Buffer.from(kind));
    if (opened.refused !== undefined) throw new Error(`${source}: ${opened.refused}`);
    expect([opened.leaf, sourceOfContext(opened.context)]).toEqual([1, source]);
  }
}

/** What somebody without a key makes of what it got. */
async function decode({ page }: Caller, eve: CallPeer): Promise<{ brightest: number | null; loudest: number | null }> {
  const [pictures, sounds] = (['video', 'audio'] as const).map((kind) =>
    framesOf(eve.rtp, SLOT[kind], kind).map(({ bytes }) => [...bytes]),
  ) as [number[][], number[][]];
  const brightest = await page.evaluate((frames) => window.desk.plain.brightest(frames), pictures);
  return { brightest, loudest: await page.evaluate((frames) => window.desk.plain.loudest(frames), sounds) };
}

/** Somebody sends, and somebody without a key gets it. */
async function callWithEve(before?: () => void) {
  const room = await openCallRoom();
  const ana = await room.enter(red, origin(), '01', before ? { before } : {});
  const eve = await room.listen('03');
  room.want('03', [
    { slot: 0, device: '01', source: 'microphone', height: 0 },
    { slot: 1, device: '01', source: 'camera', height: 180 },
  ]);
  return { room, ana, eve };
}

const turnBoth = ({ page }: Caller): Promise<string[]> =>
  page.evaluate(() => Promise.all([window.desk.turn('microphone', true), window.desk.turn('camera', true)]));
const toldTo = ({ page }: Caller) => page.evaluate(() => window.desk.told);

describe('what leaves a page', () => {
  it('would be seen and heard here if it were not sealed', async () => {
    const context = await red.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(origin());
    const { pictures, sounds } = await page.evaluate(() => window.desk.plain.encode());
    expect(await page.evaluate((frames) => window.desk.plain.brightest(frames), pictures)).toBeGreaterThan(200);
    expect(await page.evaluate((frames) => window.desk.plain.loudest(frames), sounds)).toBeGreaterThan(0.2);
  });

  it('is sealed, all of it, and says nothing to whoever has no key', async () => {
    const { room, ana, eve } = await callWithEve();
    expect(await turnBoth(ana)).toEqual(['done', 'done']);
    await expect.poll(() => framesOf(eve.rtp, SLOT.video, 'video').length).toBeGreaterThan(20);
    await expect.poll(() => framesOf(eve.rtp, SLOT.audio, 'audio').length).toBeGreaterThan(50);

    await expectSealed(framesOf(eve.rtp, SLOT.audio, 'audio'), 'microphone');
    await expectSealed(framesOf(eve.rtp, SLOT.video, 'video'), 'camera');
    // Sound decodes to noise, whatever it is; a picture has to be one.
    expect(await decode(ana, eve)).toMatchObject({ brightest: null });
    // Constant sizes: they do not tell what is said.
    expect(
      new Set(
        framesOf(eve.rtp, SLOT.audio, 'audio')
          .slice(10)
          .map(({ bytes }) => bytes.length),
      ).size,
    ).toBeLessThanOrEqual(3);
    expect(await toldTo(ana)).toEqual(['connected']);
    expect(room.ended).toEqual([]);
  });

  it('is black and silent where the browser forgets to seal, and the person is told', async () => {
    const { ana, eve } = await callWithEve(() => {
      // The browser takes the transform, says nothing, and never asks it.
      Object.defineProperty(RTCRtpSender.prototype, 'transform', { set() {}, get: () => null });
    });
    expect(await turnBoth(ana)).toEqual(['call_unsealed', 'call_unsealed']);
    expect(await toldTo(ana)).toEqual(['connected', 'unsealed']);
    // Nothing is captured any more, and nothing can be turned on again.
    expect(await ana.page.evaluate(() => [window.desk.calls.tracks.own('camera'), window.desk.calls.tracks.own('microphone')])).toEqual([
      null,
      null,
    ]);
    expect(await turnBoth(ana)).toEqual(['call_unsealed', 'call_unsealed']);
    const { brightest, loudest } = await decode(ana, eve);
    // If anything of it got there at all.
    expect(brightest ?? 0).toBeLessThan(20);
    expect(loudest ?? 0).toBeLessThan(0.001);
    await expectQuiet(eve);
  });

  it('ends as soon as the browser stops to seal in the middle of a call', async () => {
    const { ana, eve } = await callWithEve(() => {
      const { addTransceiver } = RTCPeerConnection.prototype;
      RTCPeerConnection.prototype.addTransceiver = function (...values) {
        const line = addTransceiver.apply(this, values);
        (window as unknown as { lines: RTCRtpTransceiver[] }).lines ??= [];
        (window as unknown as { lines: RTCRtpTransceiver[] }).lines.push(line);
        return line;
      };
    });
    expect(await turnBoth(ana)).toEqual(['done', 'done']);
    await expect.poll(() => framesOf(eve.rtp, SLOT.video, 'video').length).toBeGreaterThan(20);
    await ana.page.evaluate(() => {
      for (const { sender } of (window as unknown as { lines: RTCRtpTransceiver[] }).lines) sender.transform = null;
    });
    await expect.poll(() => toldTo(ana)).toEqual(['connected', 'unsealed']);
    expect(await ana.page.evaluate(() => window.desk.calls.tracks.own('camera'))).toBeNull();
    await expectQuiet(eve);
  });
});

/** No picture and no sound comes any more. */
async function expectQuiet(eve: CallPeer): Promise<void> {
  const count = () => framesOf(eve.rtp, SLOT.audio, 'audio').length + framesOf(eve.rtp, SLOT.video, 'video').length;
  let before = -1;
  // What was under way arrives; then, for a second, nothing.
  await expect.poll(() => [before, (before = count())].every((value) => value === count()), { interval: 1000 }).toBe(true);
}
