import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceOfContext } from '../../src/client/calls/frame-context.ts';
import { createFrameOpener } from '../../src/crypto/index.ts';
import { KEY, openCallRoom, slotsOf } from './support/call-room.ts';
import { useCallPage } from './support/call-site.ts';
import { launchChromium } from './support/chromium.ts';
import { PEOPLE, writePerson } from './support/films.ts';
import { framesOf } from './support/sent-frames.ts';

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

describe('what leaves a page', () => {
  it('is sealed, all of it, and says nothing to whoever has no key', async () => {
    const room = await openCallRoom();
    const ana = await room.enter(red, origin(), '01');
    const eve = await room.listen('03');
    room.want('03', [
      { slot: 0, device: '01', source: 'microphone', height: 0 },
      { slot: 1, device: '01', source: 'camera', height: 180 },
    ]);
    expect(await ana.page.evaluate(() => Promise.all([window.desk.turn('microphone', true), window.desk.turn('camera', true)]))).toEqual([
      'done',
      'done',
    ]);
    await expect.poll(() => framesOf(eve.rtp, SLOT.video, 'video').length).toBeGreaterThan(20);
    await expect.poll(() => framesOf(eve.rtp, SLOT.audio, 'audio').length).toBeGreaterThan(50);

    const opener = createFrameOpener();
    opener.addEpoch(1n, KEY);
    for (const [kind, source] of [
      ['audio', 'microphone'],
      ['video', 'camera'],
    ] as const) {
      for (const { bytes } of framesOf(eve.rtp, SLOT[kind], kind)) {
        const opened = await opener.open(kind === 'audio' ? bytes : bytes.subarray((bytes[0] as number) & 1 ? 1 : 10), Buffer.from(kind));
        if (opened.refused !== undefined) throw new Error(`${kind}: ${opened.refused}`);
        expect([opened.leaf, sourceOfContext(opened.context)]).toEqual([1, source]);
      }
    }
    // Constant sizes: they do not tell what is said.
    expect(new Set(framesOf(eve.rtp, SLOT.audio, 'audio').slice(10).map(({ bytes }) => bytes.length)).size).toBeLessThanOrEqual(3);
    expect(await ana.page.evaluate(() => window.desk.told)).toEqual(['connected']);
    expect(room.ended).toEqual([]);
    console.log(slotsOf(ana.offer, 'video').length);
  });
});
