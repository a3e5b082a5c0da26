import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { seeing, seeingCode, showToCamera } from './support/camera.ts';
import { phone } from './support/chromium.ts';
import { type Place, settle, visit } from './support/place.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { comeIn, foundRoom, lineOf, personIn, readLink, readTexts, readWords, say, untilSent } from './support/talking.ts';

const wide = { viewport: { width: 1280, height: 760 } };

/** Marta has opened a room, and Ana came in by its link. */
async function meet({ browser, founder }: Place, others: Browser, size: BrowserContextOptions): Promise<{ marta: Page; ana: Page }> {
  const marta = await visit(browser, founder, wide);
  await foundRoom(marta, 'Marta', 'Familia');
  const ana = await visit(others, await readLink(marta), size);
  await comeIn(ana, 'Ana');
  await personIn(marta, 'Ana').waitFor();
  return { marta, ana };
}

async function choose(page: Page, name: string, what: string): Promise<void> {
  if (!(await page.getByRole('complementary').isVisible())) await page.getByRole('button', { name: /^People/ }).click();
  await page
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .last()
    .click();
  await page.getByRole('menuitem', { name: what }).click();
}

const inList = (page: Page, name: string) => page.getByRole('navigation', { name: 'Conversations' }).getByRole('button', { name });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1, exact: true }).waitFor();

describe('two of a room', () => {
  it('write to each other alone, also to one who is not here, and begin anew after one left', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place, place.browser, wide);
    await choose(marta, 'Ana', 'Message');
    await heading(marta, 'Ana');
    await say(marta, 'just for you');
    await inList(ana, 'Marta').getByText('1 new message').waitFor({ state: 'attached' });
    await say(marta, 'and this');
    await inList(ana, 'Marta').getByText('2 new messages').waitFor({ state: 'attached' });
    expect(await ana.title()).toBe('(2) Familia · Corrillo');
    await takeScreenshot(ana, 'real-unread-desktop');
    expect(await findBarriers(ana)).toEqual([]);
    await inList(ana, 'Marta').click();
    await heading(ana, 'Marta');
    await lineOf(ana, 'and this').waitFor();
    await expect.poll(() => ana.title()).toBe('Marta · Corrillo');
    await say(ana, 'thank you');
    await lineOf(marta, 'thank you').waitFor();
    // Nothing of it is said in the room, and whoever begins the other way round is in the same conversation.
    await inList(ana, 'Familia').click();
    await heading(ana, 'Familia');
    expect(await readTexts(ana)).toEqual([]);
    await choose(ana, 'Marta', 'Message');
    await heading(ana, 'Marta');
    expect(await readTexts(ana)).toEqual(['just for you', 'and this', 'thank you']);

    await ana.close();
    await marta.locator('header').getByText('not here: gets it later').waitFor();
    await say(marta, 'for when you come back');
    await untilSent(marta, 'for when you come back');
    await inList(marta, 'Familia').click();
    await heading(marta, 'Familia');
    const again = await ana.context().newPage();
    await again.goto(place.address);
    await inList(again, 'Marta').click();
    await lineOf(again, 'for when you come back').waitFor();

    await again.getByRole('button', { name: 'More', exact: true }).click();
    await again.getByRole('menuitem', { name: 'Leave' }).click();
    await again.getByRole('dialog', { name: 'Leave this conversation?' }).getByRole('button', { name: 'Leave' }).click();
    await again.getByText('You left this conversation. You can still read it.').waitFor();
    await inList(marta, 'Ana').click();
    await marta.getByText('has left this conversation: nobody would read what you write.').waitFor();
    await takeScreenshot(marta, 'real-gone-desktop');
    await marta.getByRole('button', { name: 'Begin anew' }).click();
    await marta.getByRole('textbox', { name: 'Message' }).waitFor();
    await say(marta, 'once more');
    await again.getByRole('navigation').getByText('1 new message').waitFor({ state: 'attached' });
    await again
      .getByRole('navigation')
      .getByRole('button', { name: /1 new message/ })
      .click();
    await lineOf(again, 'once more').waitFor();
    expect(await readTexts(again)).toEqual(['once more']);
  });

  it('write to one who has not been there since, while the relay was restarted', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place, place.browser, phone);
    // Who comes and goes within a blink has left nothing that a conversation could be begun with.
    await say(ana, 'only looking in');
    await lineOf(marta, 'only looking in').waitFor();
    await ana.close();
    await marta.getByText('only you are here').first().waitFor();
    await choose(marta, 'Ana', 'Message');
    await heading(marta, 'Ana');
    await say(marta, 'found on your return');
    await untilSent(marta, 'found on your return');
    await place.stop('SIGKILL');
    await place.restart();
    const again = await ana.context().newPage();
    await again.goto(place.address);
    await again.getByRole('button', { name: 'Conversations, 1 new' }).click();
    await again.getByRole('dialog').getByRole('button', { name: 'Marta' }).click();
    await lineOf(again, 'found on your return').waitFor();
    await say(again, 'here I am');
    await lineOf(marta, 'here I am').waitFor();
  });

  it('compare by holding one screen before the other’s camera: the mark stands in the room and in their conversation', async () => {
    const place = await settle();
    const film = join(place.folder, 'camera.y4m');
    seeingCode('something else', film);
    const { marta, ana } = await meet(place, await place.openAnother(seeing(film)), phone);
    await choose(marta, 'Ana', 'Compare');
    await marta.getByRole('dialog').getByText('QR code', { exact: true }).click();
    const code = marta.getByRole('img', { name: 'QR code for comparing' });
    await takeScreenshot(marta, 'real-compare-desktop');
    showToCamera(await code.screenshot({ animations: 'disabled' }), film);

    await choose(ana, 'Marta', 'Compare');
    const dialog = ana.getByRole('dialog', { name: 'Is this really ⁨Marta⁩?' });
    await takeScreenshot(ana, 'real-compare-words-phone');
    // Their ten words are the same, the other way round.
    const five = (page: Page, name: string) => readWords(page.getByRole('region', { name }).getByRole('listitem'));
    const [mine, theirs] = [await five(ana, 'Your five words'), await five(ana, 'The five words of')];
    await dialog.getByText('QR code', { exact: true }).click();
    await dialog.getByRole('img', { name: 'QR code for comparing' }).waitFor();
    await takeScreenshot(ana, 'real-compare-code-phone');
    await dialog.getByRole('button', { name: 'Scan their screen' }).click();
    await dialog.getByRole('heading', { name: 'This is ⁨Marta⁩' }).waitFor();
    await takeScreenshot(ana, 'real-compared-phone');
    expect(await findBarriers(ana)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await marta.getByRole('dialog').getByText('Words', { exact: true }).click();
    expect([await five(marta, 'The five words of'), await five(marta, 'Your five words')]).toEqual([mine, theirs]);
    await marta.keyboard.press('Escape');

    await choose(ana, 'Marta', 'Message');
    await heading(ana, 'Marta');
    await ana.locator('header').getByTitle('compared by QR code').waitFor();
    await ana.getByRole('button', { name: /^Conversations/ }).click();
    await ana.getByRole('dialog').getByTitle('compared by QR code').waitFor();
    // It is what Ana saw: nobody is marked by being scanned.
    expect(await marta.getByTitle(/^compared by/).count()).toBe(0);
  });
});
