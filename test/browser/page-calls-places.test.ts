import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { askedOf, controlsOf, focused, joinCall, stageOf, three, tileOf } from './support/calling.ts';
import { phone } from './support/chromium.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { takeScreenshot } from './support/screenshots.ts';

const visit = useFakePage();
const wide = { viewport: { width: 1280, height: 800 } };
const calm = { ...room, lines: 12 };

describe('a call and the conversation', () => {
  it('stand side by side, and the conversation gives way without a thing being lost', async () => {
    const watched = await visit({ fake: calm, context: wide });
    const { page, fake } = watched;
    await joinCall(watched, three);
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('half a line');
    const stage = (await stageOf(page).boundingBox()) ?? { x: 0, width: 0 };
    const talk = (await page.getByRole('region', { name: 'Conversation' }).boundingBox()) ?? { x: 0, width: 0 };
    expect(stage.x + stage.width).toBeLessThanOrEqual(talk.x + 1);
    expect(talk.width).toBeGreaterThan(280);
    const toggle = controlsOf(page).getByRole('button', { name: /^Conversation/ });
    await toggle.click();
    await box.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Conversation');
    // What nobody sees is not read.
    await fake((client) => client.hear('Ana', 'are you there?'));
    await controlsOf(page).getByRole('button', { name: 'Conversation, 1 new' }).click();
    await page.getByText('are you there?').first().waitFor();
    expect(await box.inputValue()).toBe('half a line');
    await expect.poll(() => controlsOf(page).getByRole('button', { name: 'Conversation', exact: true }).count()).toBe(1);
  });

  it('take turns on a phone: the call fills it, and shrinks to a small one while one writes', async () => {
    const watched = await visit({ fake: calm, context: phone });
    const { page } = watched;
    await joinCall(watched, three);
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    const { width = 0, height = 0 } = (await stageOf(page).boundingBox()) ?? {};
    expect([width, height]).toEqual([360, 640]);
    await page.getByRole('heading', { level: 1, name: 'Familia Robles' }).waitFor();
    // Everything is large enough for a thumb.
    for (const button of await controlsOf(page).getByRole('button').all()) {
      const size = await button.boundingBox();
      expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await controlsOf(page).getByRole('button', { name: 'Conversation' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    const small = stageOf(page);
    await expect.poll(() => focused(page)).toBe('Back to the call');
    await small.getByRole('button', { name: 'Microphone' }).click();
    expect(await askedOf(page, 'calls.turn')).toEqual(['calls.turn microphone false']);
    await small.getByRole('button', { name: 'Back to the call' }).click();
    await controlsOf(page).waitFor();
    await expect.poll(() => focused(page)).toBe('Microphone');
    await controlsOf(page).getByRole('button', { name: 'More about the call' }).click();
    await page.getByRole('menuitem', { name: 'Whoever speaks large' }).click();
    await expect.poll(() => tileOf(page, 'Ana').getAttribute('data-role')).toBe('main');
  });

  it('go separate ways: in another room the call is small, is heard, and leads back', async () => {
    const watched = await visit({ fake: { ...calm, direct: [{ with: 'Ana', lines: 4 }] }, context: wide });
    const { page, fake } = watched;
    await joinCall(watched, (client) => client.calls.enter('Kofi'));
    await page
      .locator('audio')
      .first()
      .evaluate((audio) => audio.setAttribute('data-same', ''));
    await page.getByRole('navigation').getByRole('button', { name: /^Ana/ }).click();
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    const small = stageOf(page);
    await small.getByText('Kofi').waitFor();
    expect(await page.locator('audio[data-same]').count()).toBe(1);
    await fake((client) => client.calls.lose('call_lost'));
    await small.getByText('Coming back…').waitFor();
    await fake((client) => client.calls.lose(null));
    await small.getByRole('button', { name: 'Back to the call' }).click();
    await page.getByRole('heading', { name: 'Familia Robles' }).waitFor();
    await controlsOf(page).waitFor();
    await page.getByRole('navigation').getByRole('button', { name: /^Ana/ }).click();
    await small.getByRole('button', { name: 'Leave the call' }).click();
    await small.waitFor({ state: 'detached' });
  });
});

describe('what is wrong with a call', () => {
  it('is said over the people, who stay, until it is back', async () => {
    const watched = await visit({ fake: calm, context: wide });
    const { page, fake } = watched;
    await joinCall(watched, three);
    const before = await tileOf(page, 'Kofi').boundingBox();
    await fake((client) => client.calls.lose('call_unreachable'));
    const waiting = stageOf(page).getByRole('status').filter({ hasText: 'Coming back…' });
    await waiting.getByText('its firewall has to let port 9020 through').waitFor();
    expect(await tileOf(page, 'Kofi').boundingBox()).toEqual(before);
    await fake((client) => client.calls.lose(null));
    await waiting.waitFor({ state: 'detached' });
  });

  it('is said beside the switches where it is about one of them, until it works', async () => {
    const watched = await visit({ fake: calm, context: wide });
    const { page, fake } = watched;
    await fake((client) => client.calls.lack('camera', 'camera_busy'));
    await joinCall(watched, three);
    const why = stageOf(page).getByRole('alert').filter({ hasText: 'Another program has the camera' });
    await why.waitFor();
    // The call itself went on, and the line that is written has nothing to do with it.
    expect(await page.locator('form').getByRole('alert').filter({ hasText: 'camera' }).count()).toBe(0);
    await fake((client) => client.calls.lack('camera', null));
    await controlsOf(page).getByRole('button', { name: 'Camera', exact: true }).click();
    await why.waitFor({ state: 'detached' });
  });

  it('stops the person where something might have left unsealed: no key and no click beside makes it go', async () => {
    const watched = await visit({ fake: calm, context: wide });
    const { page, fake } = watched;
    await joinCall(watched, three);
    await fake((client) => client.calls.throwOut('call_unsealed'));
    const stop = page.getByRole('alertdialog', { name: 'Stop: this was not sealed' });
    await stop.getByText('sound and picture that were not sealed, so nothing real was let out').waitFor();
    await expect.poll(() => focused(page)).toBe('Reload the page');
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    expect(await stop.isVisible()).toBe(true);
    await stop.getByRole('button', { name: 'Close' }).click();
    await stop.waitFor({ state: 'detached' });
  });
});

describe('commands about calls', () => {
  it('begin with the own picture, turn things, and say who is in', async () => {
    const { page, fake } = await visit({ fake: calm, context: wide });
    const type = async (line: string) => {
      await page.getByRole('textbox', { name: 'Message' }).fill(line);
      await page.keyboard.press('Enter');
    };
    await type('/call who');
    await page.getByRole('alert').filter({ hasText: 'There is no call here.' }).waitFor();
    await fake((client) => client.calls.enter('Ana', { sources: ['microphone', 'screen'], hand: true }));
    await type('/call');
    const dialog = page.getByRole('dialog', { name: 'Call in ⁨Familia Robles⁩' });
    expect(await dialog.getByRole('button', { name: 'Camera', exact: true }).getAttribute('aria-pressed')).toBe('false');
    expect(await dialog.getByRole('button', { name: 'Microphone', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await dialog.getByRole('button', { name: 'Join' }).click();
    await controlsOf(page).waitFor();
    await dialog.waitFor({ state: 'detached' });
    await type('/call mute');
    await expect.poll(() => controlsOf(page).getByRole('button', { name: 'Microphone' }).getAttribute('aria-pressed')).toBe('false');
    await type('/call who');
    const answer = page.locator('form').getByRole('alert');
    await answer.getByText('microphone on · shares a screen · hand raised').waitFor();
    await answer.getByText('you · microphone off').waitFor();
    await type('/call stop');
    await controlsOf(page).waitFor({ state: 'detached' });
  });
});

describe('calls on screens that are magnified, coloured by their reader, or still', () => {
  it('can be used at 400 %, and at 320 pixels', async () => {
    for (const viewport of [
      { width: 320, height: 200 },
      { width: 320, height: 568 },
    ]) {
      const watched = await visit({ fake: calm, context: { viewport, locale: 'es-ES' } });
      const { page } = watched;
      await joinCall(watched, three);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      for (const button of await controlsOf(page).getByRole('button').all()) {
        const box = (await button.boundingBox()) ?? { x: -1, y: -1, width: 0, height: 0 };
        expect(Math.min(box.x, box.y, box.width - 44, box.height - 44)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(320);
        expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
      }
      expect((await tileOf(page, 'Ana').boundingBox())?.height).toBeGreaterThan(50);
      expect(await findBarriers(page)).toEqual([]);
      await takeScreenshot(page, `call-magnified-${viewport.height}`);
      await watched.close();
    }
  });

  it('say who speaks without colour, and move only what moves by itself', async () => {
    const watched = await visit({ fake: calm, context: { ...wide, forcedColors: 'active', reducedMotion: 'reduce' } });
    const { page, fake } = watched;
    await joinCall(watched, three);
    const border = () => tileOf(page, 'Ana').evaluate((tile) => getComputedStyle(tile, '::after').borderTopColor);
    const silent = await border();
    await fake((client) => client.media.setLevel(client.view('').members[1]?.device ?? '', 0.7));
    await expect.poll(border).not.toBe(silent);
    await fake((client) => client.calls.lose('call_lost'));
    await stageOf(page).getByText('Coming back…').waitFor();
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await takeScreenshot(page, 'call-forced-colours');
  });
});
