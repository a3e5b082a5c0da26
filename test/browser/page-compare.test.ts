import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceOf } from '../../src/web/dev/fake-device.ts';
import { findBarriers } from './support/axe.ts';
import { seeingCode } from './support/camera.ts';
import { desktop } from './support/chromium.ts';
import { ROOM } from './support/fake-page.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { personIn, readWords } from './support/talking.ts';

const folder = mkdtempSync(join(tmpdir(), 'corrillo-camera-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (name: string) => `corrillo:compare:v1.${ROOM}.${deviceOf(name)}.${'A'.repeat(43)}`;

async function compareWith(page: Page, name: string) {
  await personIn(page, name).click();
  await page.getByRole('menuitem', { name: 'Compare' }).click();
  return page.getByRole('dialog');
}

describe('comparing', () => {
  const visit = useFakePage(() => seeingCode(codeOf('Ana'), join(folder, 'ana.y4m')));

  it('by words marks the person in all rooms, until it is taken away', async () => {
    const { page } = await visit({ fake: { ...room, direct: [{ with: 'Ana' }] }, context: { viewport: { width: 1280, height: 760 } } });
    const dialog = await compareWith(page, 'Ana');
    const five = (name: string) => readWords(dialog.getByRole('region', { name }).getByRole('listitem'));
    const [mine, theirs] = [await five('Your five words'), await five('The five words of ⁨Ana⁩')];
    expect([mine.length, theirs.length]).toEqual([5, 5]);
    expect(mine).not.toEqual(theirs);
    expect(await dialog.locator('[translate=no]').count()).toBe(2);
    await dialog.getByRole('button', { name: 'They are the same' }).click();
    await dialog.getByRole('heading', { name: 'This is ⁨Ana⁩' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('complementary').getByTitle('compared by words').waitFor();
    await page.getByRole('navigation').getByTitle('compared by words').waitFor();

    await compareWith(page, 'Ana');
    await dialog.getByRole('button', { name: 'Take the mark away' }).click();
    await dialog.getByText('compared by words').waitFor({ state: 'detached' });
    expect(await page.getByTitle('compared by words').count()).toBe(0);
  });

  it('says what to do when the words differ, and marks nobody', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    const dialog = await compareWith(page, 'Ana');
    await dialog.getByRole('button', { name: 'They are different' }).click();
    await dialog.getByRole('heading', { name: 'Do not go on' }).waitFor();
    expect(await page.evaluate(() => window.fake?.asked.filter((call) => call.startsWith('verify')))).toEqual([]);
    await dialog.getByRole('button', { name: 'Compare again' }).click();
    await dialog.getByRole('button', { name: 'They are the same' }).waitFor();
  });

  async function scan(page: Page) {
    const dialog = page.getByRole('dialog');
    await dialog.getByText('QR code', { exact: true }).click();
    await dialog.getByRole('img', { name: 'QR code for comparing' }).waitFor();
    await dialog.getByRole('button', { name: 'Scan their screen' }).click();
    return dialog;
  }

  it('by the camera reads the other screen, fetching what it needs only then', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await compareWith(page, 'Ana');
    expect(fetched.filter((url) => url.includes('/scan-'))).toEqual([]);
    const dialog = await scan(page);
    await dialog.getByRole('heading', { name: 'This is ⁨Ana⁩' }).waitFor();
    expect(fetched.some((url) => url.includes('/scan-'))).toBe(true);
    expect(await page.evaluate(() => window.fake?.asked.filter((call) => call.startsWith('compare')))).toEqual([
      `compare ${codeOf('Ana')}`,
    ]);
    await page.getByTitle('compared by QR code').first().waitFor({ state: 'attached' });
  });

  it('tells whose screen it was when it was another’s', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    await compareWith(page, 'Kofi');
    const dialog = await scan(page);
    await dialog.getByRole('heading', { name: 'That was the screen of ⁨Ana⁩' }).waitFor();
  });

  it('stops at a code that says that something is wrong, and goes on looking past one that is none', async () => {
    const wrong = await visit({ fake: room, context: desktop });
    await wrong.fake((client) => client.failNext('compare', 'code_differs'));
    await compareWith(wrong.page, 'Ana');
    const dialog = await scan(wrong.page);
    await dialog.getByRole('heading', { name: 'Do not go on' }).waitFor();
    await dialog.getByText('The two screens do not see the same room').waitFor();

    const other = await visit({ fake: room, context: desktop });
    await other.fake((client) => client.failNext('compare', 'code_unreadable'));
    await compareWith(other.page, 'Ana');
    const looking = await scan(other.page);
    await looking.getByRole('alert').filter({ hasText: 'That is no code of Corrillo' }).waitFor();
    await looking.getByText('Looking for a code…').waitFor();
    expect(await findBarriers(other.page)).toEqual([]);
    await takeScreenshot(other.page, 'scanning-desktop');
    await looking.getByRole('button', { name: 'Cancel' }).click();
    await looking.getByRole('img', { name: 'QR code for comparing' }).waitFor();
  });

  it('lets go of the camera when it is done', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    await page.evaluate(() => {
      const { getUserMedia } = navigator.mediaDevices;
      const streams: MediaStream[] = [];
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await getUserMedia.call(navigator.mediaDevices, wanted);
        streams.push(stream);
        return stream;
      };
      Object.assign(window, { streams });
    });
    await compareWith(page, 'Ana');
    const dialog = await scan(page);
    await dialog.getByRole('heading', { name: 'This is ⁨Ana⁩' }).waitFor();
    const live = () =>
      page.evaluate(() =>
        (window as unknown as { streams: MediaStream[] }).streams.flatMap((stream) => stream.getTracks().map((track) => track.readyState)),
      );
    await expect.poll(async () => new Set(await live())).toEqual(new Set(['ended']));
  });

  it.each([
    ['NotAllowedError', 'allow it beside the address'],
    ['NotFoundError', 'This device has no camera'],
    ['NotReadableError', 'Another program is using the camera'],
    ['TypeError', 'The camera does not work in this browser'],
  ])('says what to do without a camera: %s', async (name, sentence) => {
    const { page } = await visit({ fake: room, context: desktop });
    await page.evaluate((error) => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('', error);
      };
    }, name);
    await compareWith(page, 'Ana');
    const dialog = await scan(page);
    await dialog.getByText(sentence).waitFor();
    await dialog.getByRole('button', { name: 'Compare again' }).click();
    await dialog.getByRole('img', { name: 'QR code for comparing' }).waitFor();
  });
});
