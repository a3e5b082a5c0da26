import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isEvent, type Program, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { desktop, phone } from './support/chromium.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { comeIn, foundRoom, lineOf, onThisMachine, personIn, readLink, readTexts, readWords, say, untilSent } from './support/talking.ts';
import { clickThrough, refuseWebSockets, trustAuthority } from './support/trust.ts';
import { newPage, openBrowser } from './support/visitor.ts';

/** Both write; the relay is killed; both go on writing; it comes back on the same ports; all of it is there once, in one order. */
async function talkThroughDeath(one: Page, two: Page, relay: Program, restart: () => Promise<unknown>): Promise<void> {
  await say(one, 'before, from one');
  await lineOf(two, 'before, from one').waitFor();
  await say(two, 'before, from two');
  await lineOf(one, 'before, from two').waitFor();
  await untilSent(two, 'before, from two');

  relay.kill('SIGKILL');
  await relay.exit;
  await Promise.all([one, two].map((page) => page.getByText('No connection', { exact: true }).waitFor()));
  await say(one, 'meanwhile, from one');
  await say(two, 'meanwhile, from two');
  await lineOf(one, 'meanwhile, from one').getByText('sending').waitFor();

  await restart();
  await Promise.all([untilSent(one, 'meanwhile, from one'), untilSent(two, 'meanwhile, from two')]);
  await Promise.all([lineOf(one, 'meanwhile, from two').waitFor(), lineOf(two, 'meanwhile, from one').waitFor()]);
  await say(two, 'after, from two');
  await lineOf(one, 'after, from two').waitFor();
  const seen = await readTexts(one);
  expect(seen.toSorted()).toEqual([
    'after, from two',
    'before, from one',
    'before, from two',
    'meanwhile, from one',
    'meanwhile, from two',
  ]);
  expect(await readTexts(two)).toEqual(seen);
}

describe('two browsers and a real relay', () => {
  it('talk through its death where its authority is trusted', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'relay');
    const { relay, listening, ports } = await startRelay(data);
    const browser = await openBrowser(trustAuthority(join(folder, 'home'), join(data, 'tls', 'ca.pem')));
    const marta = await newPage(browser, desktop);
    await marta.goto(listening.founder);
    expect(new URL(marta.url()).hash).toBe('');
    await foundRoom(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    expect(link.startsWith(`${new URL(listening.founder).origin}/j/`)).toBe(true);

    const lena = await newPage(browser, phone);
    const transports: string[] = [];
    lena.on('websocket', (socket) => transports.push(new URL(socket.url()).protocol));
    await lena.goto(link);
    await comeIn(lena, 'Лена');
    await marta.getByText('⁨Лена⁩ came in by link').waitFor();
    await talkThroughDeath(marta, lena, relay, () => startRelay(data, ports));
    expect(transports).toContain('wss:');

    // The same five words on both screens, and a history that survives a reload.
    const words = (page: Page) => readWords(page.locator('section:has(h2:text("five words")) li:visible'));
    const own = await words(marta);
    expect(own).toHaveLength(5);
    await lena.reload();
    await lineOf(lena, 'after, from two').waitFor();
    await lena.getByRole('button', { name: /^People/ }).click();
    expect(await words(lena)).toEqual(own);
    await takeScreenshot(lena, 'real-people-phone');
    await lena.keyboard.press('Escape');
    await takeScreenshot(marta, 'real-room-desktop');
    await takeScreenshot(lena, 'real-room-phone');
  });

  it('talk through its death where its certificate was clicked through and WebSocket is refused', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'relay');
    const { relay, listening, ports } = await startRelay(data);
    const browser = await openBrowser(folder);
    const [marta, lena] = [await newPage(browser, desktop), await newPage(browser, phone)];
    const requests: string[] = [];
    for (const page of [marta, lena]) {
      await refuseWebSockets(page);
      page.on('request', (request) => requests.push(request.url()));
    }
    await clickThrough(marta, listening.founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    await clickThrough(lena, link);
    await comeIn(lena, 'Lena');
    await talkThroughDeath(marta, lena, relay, () => startRelay(data, ports));
    await lena.getByRole('button', { name: 'More', exact: true }).click();
    await lena.getByRole('menuitem', { name: 'This network' }).click();
    const panel = lena.getByRole('dialog', { name: 'This network' });
    await panel.getByText('long polling, over https').waitFor();
    await panel.getByText(`${ports.web} for browsers, ${ports.chat} for terminals`).waitFor();
    await panel.getByText('You come from').waitFor();
    await lena.keyboard.press('Escape');
    // WebSocket was tried and refused; long polling carried all of it.
    expect(await lena.evaluate(() => (window as unknown as { refusedWebSockets: number }).refusedWebSockets)).toBeGreaterThan(0);
    expect(requests.filter((url) => url.includes('transport=websocket'))).toEqual([]);
    expect(requests.some((url) => url.includes('transport=polling'))).toBe(true);
    // The secret of the link has left this device in no request.
    const secret = new URL(link).hash.split('.')[1] as string;
    expect(requests.filter((url) => url.includes(secret))).toEqual([]);
  });

  it('talk with a terminal, over plain http on the machine itself', async () => {
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(join(folder, 'relay'));
    const browser = await openBrowser(folder);
    const page = await newPage(browser, desktop);
    await page.goto(onThisMachine(listening.founder));
    await foundRoom(page, 'Marta', 'Taller');
    const link = await readLink(page);
    // Others cannot use "localhost": the link leads by an address of the network.
    expect(new URL(link).hostname).toBe(new URL(listening.founder).hostname);
    const juan = startChat('Juan', `127.0.0.1:${ports.chat}`, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    juan.write('hello from the terminal');
    await lineOf(page, 'hello from the terminal').waitFor();
    await say(page, '//x is text');
    await juan.until(isEvent('message', { text: '/x is text' }), 'the message from the page');

    // Removed people are told, and the link changes.
    await personIn(page, 'Juan').click();
    await page.getByRole('menuitem', { name: 'Remove from the room' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('You removed ⁨Juan⁩').waitFor();
    await juan.until(isEvent('removed'), 'removed');
    expect(await readLink(page)).not.toBe(link);
  });

  it('keep one writer a device: the second tab waits until the first is closed', async () => {
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(join(folder, 'relay'));
    const browser = await openBrowser(folder);
    const first = await newPage(browser, desktop);
    await first.goto(onThisMachine(listening.founder));
    await foundRoom(first, 'Marta', 'Taller');
    const second = await first.context().newPage();
    await second.goto(`http://localhost:${ports.web}/`);
    await second.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await first.close();
    await second.getByRole('heading', { name: 'Taller' }).waitFor();
    await say(second, 'here now');
    await untilSent(second, 'here now');
  });

  it('say so when a link is used up, cut off or foreign', async () => {
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(join(folder, 'relay'));
    const browser = await openBrowser(folder);
    const origin = `http://localhost:${ports.web}`;
    const marta = await newPage(browser, desktop);
    await marta.goto(onThisMachine(listening.founder));
    await foundRoom(marta, 'Marta', 'Taller');
    const late = await newPage(browser, desktop);
    await late.goto(onThisMachine(listening.founder));
    await late.getByRole('textbox', { name: 'Your name' }).fill('Late');
    await late.getByRole('button', { name: 'Open the room' }).click();
    await late.getByRole('alert').filter({ hasText: 'The first room exists already' }).waitFor();

    const link = new URL(await readLink(marta));
    const cut = await newPage(browser, desktop);
    await cut.goto(origin + link.pathname + link.hash.slice(0, 20));
    await cut.getByRole('alert').filter({ hasText: 'not a Corrillo link' }).waitFor();

    const wrong = link.hash.replace(/^#v1\.(.)/, (_all, letter: string) => `#v1.${letter === 'A' ? 'B' : 'A'}`);
    const stranger = await newPage(browser, desktop);
    await stranger.goto(origin + link.pathname + wrong);
    await stranger.getByRole('textbox', { name: 'Your name' }).fill('Eve');
    await stranger.getByRole('button', { name: 'Come in' }).click();
    await stranger.getByRole('alert').filter({ hasText: 'This link does not work any more' }).waitFor();
  });
});
