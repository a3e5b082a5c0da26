import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { desktop, phone } from './support/chromium.ts';
import { settle, visit } from './support/place.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { comeIn, foundRoom, knock, lineOf, readKnock, readLink, say, untilAtTheDoor, untilSent } from './support/talking.ts';
import { clickThrough, refuseWebSockets } from './support/trust.ts';
import { newPage } from './support/visitor.ts';

const letIn = (page: Page, name: string) => page.getByRole('button', { name: `Let in: ${name}` }).click();
const strip = (page: Page) => page.getByRole('region', { name: 'At the door' });

async function talk(one: Page, two: Page, name = 'Lena'): Promise<void> {
  await say(one, `hello, ${name}`);
  await lineOf(two, `hello, ${name}`).waitFor();
  await say(two, `${name} is here`);
  await lineOf(one, `${name} is here`).waitFor();
}

describe('the bare address of a real relay', () => {
  it('leads to a knock, which is seen inside with the same five words, and in', async () => {
    const { browser, founder, address } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const lena = await visit(browser, address, phone);
    const words = await knock(lena, 'Лена');
    expect(words).toHaveLength(5);
    expect(await readKnock(marta, 'Лена')).toEqual(words);
    expect(await marta.title()).toBe('(1) Familia · Corrillo');
    for (const page of [marta, lena]) expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(marta, 'real-knock-desktop');
    await takeScreenshot(lena, 'real-door-phone');
    await letIn(marta, 'Лена');
    await lena.getByText('You knocked and were let in by ⁨Marta⁩').waitFor();
    await marta.getByText('⁨Лена⁩ knocked and you let them in').waitFor();
    await strip(marta).waitFor({ state: 'detached' });
    await talk(marta, lena);
    // The next one is let in by whoever came in that way.
    const ana = await visit(browser, address);
    await knock(ana, 'Ana');
    await lena.getByRole('button', { name: 'Let in: Ana' }).click();
    await ana.getByText('You knocked and were let in by ⁨Лена⁩').waitFor();
    await talk(marta, ana, 'Ana');
  });

  it('is waited at through the relay’s death and a reload', async () => {
    const { browser, founder, address, stop, restart } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const lena = await visit(browser, address, phone);
    const words = await knock(lena, 'Lena');
    await readKnock(marta, 'Lena');
    await stop('SIGKILL');
    await lena.getByText('The host cannot be reached right now. As soon as it can be, it is knocked again by itself.').waitFor();
    // Nobody can be let in while it is gone.
    await strip(marta).waitFor({ state: 'detached' });
    await restart();
    expect(await untilAtTheDoor(lena)).toEqual(words);
    expect(await readKnock(marta, 'Lena')).toEqual(words);
    await lena.reload();
    expect(await untilAtTheDoor(lena)).toEqual(words);
    expect(await readKnock(marta, 'Lena')).toEqual(words);
    await letIn(marta, 'Lena');
    await lena.getByText('You knocked and were let in by ⁨Marta⁩').waitFor();
    await talk(marta, lena);
  });

  it('lets in whoever went away while waiting, as soon as they come back', async () => {
    const { browser, founder, address } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const lena = await visit(browser, address, phone);
    await knock(lena, 'Lena');
    await readKnock(marta, 'Lena');
    await lena.close();
    await strip(marta).waitFor({ state: 'detached' });
    const again = await lena.context().newPage();
    await again.goto(address);
    await untilAtTheDoor(again);
    await readKnock(marta, 'Lena');
    await letIn(marta, 'Lena');
    await again.getByText('You knocked and were let in by ⁨Marta⁩').waitFor();
    await talk(marta, again);
  });

  it('is waited at in whichever tab the person goes on in', async () => {
    const { browser, founder, address } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const lena = await visit(browser, address, phone);
    const words = await knock(lena, 'Lena');
    const other = await lena.context().newPage();
    await other.goto(address);
    await other.getByRole('button', { name: 'Go on here' }).click();
    expect(await untilAtTheDoor(other)).toEqual(words);
    await lena.getByRole('heading', { name: 'Open in another window' }).waitFor();
    expect(await readKnock(marta, 'Lena')).toEqual(words);
    await letIn(marta, 'Lena');
    await other.getByText('You knocked and were let in by ⁨Marta⁩').waitFor();
    await talk(marta, other);
    await lena.getByRole('button', { name: 'Go on here' }).click();
    await lineOf(lena, 'hello, Lena').waitFor();
  });

  it('tells who is not let in, kindly, where the certificate was clicked through and WebSocket is refused', async () => {
    const { browser, founder, address } = await settle({ trusted: false });
    const [marta, lena] = [await newPage(browser, desktop), await newPage(browser, phone)];
    for (const page of [marta, lena]) await refuseWebSockets(page);
    await clickThrough(marta, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    await clickThrough(lena, address);
    const words = await knock(lena, 'Lena');
    expect(await readKnock(marta, 'Lena')).toEqual(words);
    await marta.getByRole('button', { name: 'Not now: Lena' }).click();
    await lena.getByRole('heading', { name: 'Not this time' }).waitFor();
    await strip(marta).waitFor({ state: 'detached' });
    expect(await findBarriers(lena)).toEqual([]);
    await takeScreenshot(lena, 'real-refused-phone');
    // So soon again it does not ring inside.
    await lena.getByRole('button', { name: 'Knock' }).click();
    await lena.getByRole('heading', { name: 'Not this time' }).waitFor();
    expect(await strip(marta).count()).toBe(0);
    // A link is worth more than a knock.
    const link = new URL(await readLink(marta));
    await lena.getByText('I have a link').click();
    await lena.getByLabel('Your link').fill(link.href);
    await lena.getByRole('button', { name: 'Continue' }).click();
    await comeIn(lena, 'Lena');
    await talk(marta, lena);
  });

  it('enters an open room at once, and every screen says what it is', async () => {
    const { browser, founder, address } = await settle();
    const marta = await visit(browser, founder);
    await marta.getByText('Everybody on this network', { exact: true }).click();
    await foundRoom(marta, 'Marta', 'Taller');
    const lena = await visit(browser, address, phone);
    await lena.getByText('This room is open to everybody on this network.').waitFor();
    await comeIn(lena, 'Lena');
    await lena.getByText('You came in (open room)').waitFor();
    await marta.getByText('⁨Lena⁩ came in (open room)').waitFor();
    for (const page of [marta, lena]) {
      await page.locator('header').getByText('Open room', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Invite' }).first().click();
      await page.getByRole('dialog').getByText(`whoever opens ${address} is in`).waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await talk(marta, lena);
    await untilSent(lena, 'Lena is here');
    await lena.reload();
    await lena.locator('header').getByText('Open room', { exact: true }).waitFor();
  });
});
