import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { controlsOf, enterCall, tileOf } from '../browser/support/calling.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { settle, visit } from '../browser/support/place.ts';
import { takeScreenshot } from '../browser/support/screenshots.ts';
import { comeIn, foundRoom, personIn, readLink, say, untilSent } from '../browser/support/talking.ts';

const wide = { viewport: { width: 1280, height: 800 } };

/** Which colour a picture on the screen has the most of, at a place in its upper half; null while there is none. */
const colourIn = (tile: Locator): Promise<string | null> =>
  tile.locator('video').evaluate((video: HTMLVideoElement) => {
    if (video.videoWidth === 0) return null;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 16, height: 16 });
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    pen.drawImage(video, 0, 0, 16, 16);
    const [red = 0, green = 0, blue = 0] = pen.getImageData(8, 3, 1, 1).data;
    const most = Math.max(red, green, blue);
    return most < 60 ? null : most === red ? 'red' : most === green ? 'green' : 'blue';
  });

describe('two pages at a real relay', () => {
  it('ring, see each other, turn things off and hang up, and write meanwhile', async () => {
    const place = await settle({ calls: true });
    const [red, green] = [
      await place.openAnother(writePerson(place.folder, 'red', PEOPLE.red)),
      await place.openAnother(writePerson(place.folder, 'green', PEOPLE.green)),
    ];
    const marta = await visit(red, place.founder, wide);
    await foundRoom(marta, 'Marta', 'Familia');
    const ana = await visit(green, await readLink(marta), wide);
    await comeIn(ana, 'Ana');
    await personIn(marta, 'Ana').waitFor();

    await enterCall(marta);
    await marta.getByText('You are the only one here.').waitFor();
    const ring = ana.getByRole('dialog', { name: /^⁨Marta⁩ is calling/ });
    await ring.getByRole('button', { name: 'Join' }).click();
    await ana.getByRole('dialog', { name: 'Call in ⁨Familia⁩' }).getByRole('button', { name: 'Join' }).click();
    await controlsOf(ana).waitFor();
    await expect.poll(() => colourIn(tileOf(ana, 'Marta'))).toBe('red');
    await expect.poll(() => colourIn(tileOf(marta, 'Ana'))).toBe('green');
    await takeScreenshot(ana, 'real-call-desktop');

    // They are heard, each by an element that plays.
    const heard = (page: Page) =>
      page.evaluate(() => [...document.querySelectorAll('audio')].filter((one) => one.srcObject && !one.paused).length);
    await expect.poll(() => heard(ana)).toBe(1);
    await say(ana, 'can you see the ladder?');
    await untilSent(ana, 'can you see the ladder?');
    await controlsOf(ana).getByRole('button', { name: 'Camera', exact: true }).click();
    await expect.poll(() => tileOf(marta, 'Ana').locator('video').count()).toBe(0);
    await controlsOf(ana).getByRole('button', { name: 'Microphone', exact: true }).click();
    await tileOf(marta, 'Ana')
      .getByRole('button', { name: /microphone off/ })
      .waitFor();
    await controlsOf(ana).getByRole('button', { name: 'Camera', exact: true }).click();
    await expect.poll(() => colourIn(tileOf(marta, 'Ana'))).toBe('green');

    await controlsOf(ana).getByRole('button', { name: 'Leave the call' }).click();
    await tileOf(marta, 'Ana').waitFor({ state: 'detached' });
    await ana.getByRole('region', { name: 'Call' }).getByText('Call: ⁨Marta⁩').waitFor();
    await controlsOf(marta).getByRole('button', { name: 'Leave the call' }).click();
    await ana.getByRole('button', { name: 'Call', exact: true }).waitFor();
    // It stands in the conversation.
    await marta.getByText('You started a call', { exact: true }).waitFor();
    await ana.getByText('⁨Marta⁩ started a call', { exact: true }).waitFor();
    for (const page of [marta, ana]) await page.getByText(/^The call is over · /).waitFor();
    await takeScreenshot(ana, 'real-call-over');
  });
});
