import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { isEvent, type Program, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { desktop, launchChromium, phone } from './support/chromium.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { clickThrough, refuseWebSockets, trustAuthority } from './support/trust.ts';

let browsers: Browser[] = [];
afterEach(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  browsers = [];
});

async function launch(env: Record<string, string> = {}): Promise<Browser> {
  const browser = await launchChromium({ env: { ...process.env, ...env } as Record<string, string> });
  browsers.push(browser);
  return browser;
}

const complaints: string[] = [];

async function newPage(browser: Browser, size: typeof desktop): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...size });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() =>
    addEventListener('securitypolicyviolation', (event) =>
      setTimeout(() => Promise.reject(new Error(`policy: ${event.violatedDirective} ${event.blockedURI}`))),
    ),
  );
  return page;
}

async function found(page: Page, name: string, title: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByLabel('Name of the room').fill(title);
  await page.getByRole('button', { name: 'Open the room' }).click();
  await page.getByRole('heading', { name: title }).waitFor();
}

async function readLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).first().click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return link;
}

async function join_(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.fill(text);
  await box.press('Enter');
}

const line = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });
const isSent = (page: Page, text: string) => line(page, text).getByText('sent', { exact: true }).waitFor();
const texts = (page: Page) => page.getByRole('article').locator('p[dir=auto]:last-of-type').allInnerTexts();

/** Both write; the relay is killed; both go on writing; it comes back on the same ports; all of it is there once, in one order. */
async function talkThroughDeath(one: Page, two: Page, relay: Program, restart: () => Promise<unknown>): Promise<void> {
  await say(one, 'before, from one');
  await line(two, 'before, from one').waitFor();
  await say(two, 'before, from two');
  await line(one, 'before, from two').waitFor();
  await isSent(two, 'before, from two');

  relay.kill('SIGKILL');
  await relay.exit;
  await Promise.all([one, two].map((page) => page.getByText('No connection', { exact: true }).waitFor()));
  await say(one, 'meanwhile, from one');
  await say(two, 'meanwhile, from two');
  await line(one, 'meanwhile, from one').getByText('sending').waitFor();

  await restart();
  await Promise.all([isSent(one, 'meanwhile, from one'), isSent(two, 'meanwhile, from two')]);
  await Promise.all([line(one, 'meanwhile, from two').waitFor(), line(two, 'meanwhile, from one').waitFor()]);
  await say(two, 'after, from two');
  await line(one, 'after, from two').waitFor();
  const seen = await texts(one);
  expect(seen.toSorted()).toEqual([
    'after, from two',
    'before, from one',
    'before, from two',
    'meanwhile, from one',
    'meanwhile, from two',
  ]);
  expect(await texts(two)).toEqual(seen);
  expect(complaints.splice(0)).toEqual([]);
}

describe('two browsers and a real relay', () => {
  it('talk through its death where its authority is trusted', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'relay');
    const { relay, listening, ports } = await startRelay(data);
    const browser = await launch({ HOME: trustAuthority(join(folder, 'home'), join(data, 'tls', 'ca.pem')) });
    const marta = await newPage(browser, desktop);
    await marta.goto(listening.founder);
    expect(new URL(marta.url()).hash).toBe('');
    await found(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    expect(link.startsWith(`${new URL(listening.founder).origin}/j/`)).toBe(true);

    const lena = await newPage(browser, phone);
    const transports: string[] = [];
    lena.on('websocket', (socket) => transports.push(new URL(socket.url()).protocol));
    await lena.goto(link);
    await join_(lena, 'Лена');
    await marta.getByText('⁨Лена⁩ came in by link').waitFor();
    await talkThroughDeath(marta, lena, relay, () => startRelay(data, ports));
    expect(transports).toContain('wss:');

    // The same five words on both screens, and a history that survives a reload.
    const words = (page: Page) => page.locator('section:has(h2:text("five words")) li:visible').allInnerTexts();
    const own = await words(marta);
    expect(own).toHaveLength(5);
    await lena.reload();
    await line(lena, 'after, from two').waitFor();
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
    const browser = await launch({ HOME: folder });
    const [marta, lena] = [await newPage(browser, desktop), await newPage(browser, phone)];
    const requests: string[] = [];
    for (const page of [marta, lena]) {
      await refuseWebSockets(page);
      page.on('request', (request) => requests.push(request.url()));
    }
    await clickThrough(marta, listening.founder);
    await found(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    await clickThrough(lena, link);
    await join_(lena, 'Lena');
    await talkThroughDeath(marta, lena, relay, () => startRelay(data, ports));
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
    const browser = await launch({ HOME: folder });
    const page = await newPage(browser, desktop);
    const { pathname, hash } = new URL(listening.founder);
    await page.goto(`http://localhost:${ports.web}${pathname}${hash}`);
    await found(page, 'Marta', 'Taller');
    const link = await readLink(page);
    // Others cannot use "localhost": the link leads by an address of the network.
    expect(new URL(link).hostname).toBe(new URL(listening.founder).hostname);
    const juan = startChat('Juan', `127.0.0.1:${ports.chat}`, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    juan.write('hello from the terminal');
    await line(page, 'hello from the terminal').waitFor();
    await say(page, '//x is text');
    await juan.until(isEvent('message', { text: '/x is text' }), 'the message from the page');

    // Removed people are told, and the link changes.
    await page.getByRole('button', { name: 'More about Juan' }).click();
    await page.getByRole('menuitem', { name: 'Remove from the room' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('You removed ⁨Juan⁩').waitFor();
    await juan.until(isEvent('removed'), 'removed');
    expect(await readLink(page)).not.toBe(link);
  });

  it('keep one writer a device: the second tab waits until the first is closed', async () => {
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(join(folder, 'relay'));
    const browser = await launch({ HOME: folder });
    const first = await newPage(browser, desktop);
    const { pathname, hash } = new URL(listening.founder);
    await first.goto(`http://localhost:${ports.web}${pathname}${hash}`);
    await found(first, 'Marta', 'Taller');
    const second = await first.context().newPage();
    await second.goto(`http://localhost:${ports.web}/`);
    await second.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await first.close();
    await second.getByRole('heading', { name: 'Taller' }).waitFor();
    await say(second, 'here now');
    await isSent(second, 'here now');
  });

  it('say so when a link is used up, cut off or foreign', async () => {
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(join(folder, 'relay'));
    const browser = await launch({ HOME: folder });
    const origin = `http://localhost:${ports.web}`;
    const { pathname, hash } = new URL(listening.founder);
    const marta = await newPage(browser, desktop);
    await marta.goto(origin + pathname + hash);
    await found(marta, 'Marta', 'Taller');
    const late = await newPage(browser, desktop);
    await late.goto(origin + pathname + hash);
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
