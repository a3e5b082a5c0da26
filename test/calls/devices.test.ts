import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openCallRoom } from '../browser/support/call-room.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { reportRefusals } from '../browser/support/visitor.ts';

const origin = useCallPage();
const folder = mkdtempSync(join(tmpdir(), 'corrillo-test-'));
let red: Browser;
let bare: Browser;
beforeAll(async () => {
  [red, bare] = await Promise.all([launchChromium(writePerson(folder, 'red', PEOPLE.red)), launchChromium()]);
});
afterAll(async () => {
  await Promise.all([red.close(), bare.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function openPage(
  browser: Browser,
  { permissions = ['camera', 'microphone'] }: BrowserContextOptions = {},
  before?: () => void,
): Promise<Page> {
  const context = await browser.newContext({ permissions });
  onTestFinished(() => context.close());
  await reportRefusals(context);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  await page.goto(origin());
  await page.click('#begin');
  return page;
}

const preview = (page: Page, source: 'camera' | 'microphone', on = true): Promise<string> =>
  page.evaluate(([of, to]) => window.desk.codeOf(window.desk.calls.devices.preview(of, to)), [source, on] as const);

/** What is captured now: the states of the own tracks. */
const captured = (page: Page) =>
  page.evaluate(() =>
    (['camera', 'microphone', 'screen', 'screen-audio'] as const).filter(
      (source) => window.desk.calls.tracks.own(source)?.readyState === 'live',
    ),
  );

describe('cameras and microphones', () => {
  it('are said not to be there where there are none', async () => {
    const page = await openPage(bare);
    expect([await preview(page, 'camera'), await preview(page, 'microphone')]).toEqual(['no_camera', 'no_microphone']);
  });

  it.each([
    ['NotAllowedError', 'camera_denied', 'microphone_denied', 'screen_denied'],
    ['NotReadableError', 'camera_busy', 'microphone_busy', 'screen_denied'],
    ['NotFoundError', 'no_camera', 'no_microphone', 'no_screen'],
  ])('are refused by the browser with %s: said why', async (name, camera, microphone, screen) => {
    const page = await openPage(red);
    await page.evaluate((refusal) => {
      const refuse = async () => {
        throw new DOMException('refused', refusal);
      };
      Object.assign(navigator.mediaDevices, { getUserMedia: refuse, getDisplayMedia: refuse });
    }, name);
    expect([await preview(page, 'camera'), await preview(page, 'microphone')]).toEqual([camera, microphone]);
    await page.evaluate(() => window.desk.open());
    expect(await page.evaluate(() => window.desk.turn('screen', true))).toBe(screen);
    expect(await captured(page)).toEqual([]);
  });

  it('are looked at before a call, which takes them over, and end with it', async () => {
    const room = await openCallRoom();
    const { page } = await room.enter(red, origin(), '01');
    expect([await preview(page, 'camera'), await preview(page, 'microphone')]).toEqual(['done', 'done']);
    const before = await page.evaluateHandle(() => window.desk.calls.tracks.own('camera'));
    await expect.poll(() => page.evaluate(() => window.desk.calls.tracks.level('own'))).toBeGreaterThan(0.1);
    expect(await page.evaluate(() => window.desk.turn('camera', true))).toBe('done');
    expect(await page.evaluate((track) => track === window.desk.calls.tracks.own('camera'), before)).toBe(true);
    // The preview let go of it, and of what the call did not take.
    expect([await preview(page, 'camera', false), await preview(page, 'microphone', false)]).toEqual(['done', 'done']);
    expect(await captured(page)).toEqual(['camera']);
    // Off: its light is off as well.
    expect(await page.evaluate(() => window.desk.turn('camera', false))).toBe('done');
    expect(await before.evaluate((track) => track?.readyState)).toBe('ended');
    expect(await page.evaluate(() => window.desk.turn('microphone', true))).toBe('done');
    await page.evaluate(() => window.desk.close());
    expect(await captured(page)).toEqual([]);
  });

  it('that are pulled out are told, and can be turned on again', async () => {
    const room = await openCallRoom();
    const { page } = await room.enter(red, origin(), '01');
    expect(await page.evaluate(() => window.desk.turn('camera', true))).toBe('done');
    await page.evaluate(() => {
      const track = window.desk.calls.tracks.own('camera');
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    expect(await page.evaluate(() => window.desk.told)).toEqual(['connected', 'camera source_gone_in_call']);
    expect(await page.evaluate(() => window.desk.calls.tracks.own('camera'))).toBeNull();
    expect(await page.evaluate(() => window.desk.turn('camera', true))).toBe('done');
  });

  it('are chosen, also in a call, and remembered', async () => {
    const room = await openCallRoom();
    const { page } = await room.enter(red, origin(), '01');
    expect(await page.evaluate(() => window.desk.turn('camera', true))).toBe('done');
    const [camera] = await page.evaluate(async () => (await window.desk.calls.devices.list()).cameras);
    expect(camera?.label).toContain('red.y4m');
    const before = await page.evaluateHandle(() => window.desk.calls.tracks.own('camera'));
    const choose = (id: string) => page.evaluate((device) => window.desk.codeOf(window.desk.calls.devices.choose({ camera: device })), id);
    expect(await choose(camera?.id ?? '')).toBe('done');
    expect(await before.evaluate((track) => track?.readyState)).toBe('ended');
    expect(await captured(page)).toEqual(['camera']);
    expect(await choose('one that is not there')).toBe('no_camera');
    expect(await captured(page)).toEqual(['camera']);
    await page.reload();
    expect(await page.evaluate(() => window.desk.calls.devices.chosen())).toEqual({ camera: camera?.id, microphone: null, speaker: null });
  });

  it('and screens, with their sound where there is one, end when the browser’s own bar ends them', async () => {
    const room = await openCallRoom();
    const { page } = await room.enter(red, origin(), '01');
    // Not before there is a screen.
    expect(await page.evaluate(() => window.desk.turn('screen-audio', true))).toBe('no_screen');
    // As if somebody had chosen what to share; how it is chosen is the browser's own business.
    await page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = async () => {
        const canvas = document.createElement('canvas');
        const drawing = canvas.getContext('2d') as CanvasRenderingContext2D;
        setInterval(() => drawing.fillRect(Math.random() * 200, 10, 20, 20), 50);
        const context = new AudioContext();
        const sound = context.createOscillator();
        const { stream } = sound.connect(context.createMediaStreamDestination()) as MediaStreamAudioDestinationNode;
        sound.start();
        return new MediaStream([...canvas.captureStream(10).getTracks(), ...stream.getTracks()]);
      };
    });
    expect(await page.evaluate(() => window.desk.turn('screen', true))).toBe('done');
    expect(await page.evaluate(() => window.desk.turn('screen-audio', true))).toBe('done');
    expect(await captured(page)).toEqual(['screen', 'screen-audio']);
    await page.evaluate(() => {
      for (const source of ['screen', 'screen-audio'] as const) {
        const track = window.desk.calls.tracks.own(source);
        track?.stop();
        track?.dispatchEvent(new Event('ended'));
      }
    });
    expect(await page.evaluate(() => window.desk.told)).toEqual([
      'connected',
      'screen source_gone_in_call',
      'screen-audio source_gone_in_call',
    ]);
    expect(await captured(page)).toEqual([]);
  });

  it('wait for nobody who turned them off while the browser was asking', async () => {
    const page = await openPage(red);
    await page.evaluate(() => window.desk.open());
    const turned = page.evaluate(() => {
      const on = window.desk.turn('camera', true);
      return window.desk.turn('camera', false).then(() => on);
    });
    expect(await turned).toBe('done');
    expect(await captured(page)).toEqual([]);
  });
});

describe('a browser', () => {
  it.each(['RTCRtpScriptTransform', 'RTCPeerConnection'] as const)('without %s joins no calls', async (name) => {
    const page = await openPage(red);
    await page.evaluate((missing) => {
      delete (window as unknown as Record<string, unknown>)[missing];
    }, name);
    expect(await page.evaluate(() => window.desk.codeOf(window.desk.open()))).toBe('calls_unsupported');
  });
});
