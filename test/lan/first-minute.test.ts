import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktop, phone } from '../browser/support/chromium.ts';
import { takeScreenshot } from '../browser/support/screenshots.ts';
import { lineOf, untilSent } from '../browser/support/talking.ts';
import { trustAuthority } from '../browser/support/trust.ts';
import { temporaryFolder } from '../support/programs.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { openPage } from './hosts.ts';
import { createLan, type Host, type Lan } from './network.ts';

/** What one may have to do before the second person's first message is read. */
const ENOUGH = 3;

/** A command or a line typed, a field filled in, a link opened, a button pressed: each is one. */
type Action = 'command' | 'line' | 'field' | 'link' | 'button';

/** A person at one machine, who does nothing uncounted. The ports and folders are those of a program that was just installed. */
function createPerson(host: Host, home: string) {
  const did: string[] = [];

  function act(action: Action, what: string): void {
    did.push(`${action}: ${what}`);
    if (did.length > ENOUGH) throw new Error(`more than ${ENOUGH} actions:\n${did.join('\n')}`);
  }

  return {
    did: did as readonly string[],

    command(parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
      act('command', `corrillo ${parameters.join(' ')}`);
      const nobodysDesktop = { DISPLAY: '', WAYLAND_DISPLAY: '', SSH_CONNECTION: '' };
      return openTerminal(parameters, { ...nobodysDesktop, CORRILLO_HOME: home, ...env }, { on: host.command, columns: 120, rows: 40 });
    },

    line(terminal: Terminal, text: string): void {
      act('line', text);
      terminal.type(text);
    },

    async link(page: Page, address: string): Promise<void> {
      act('link', address);
      await page.goto(address);
    },

    /** Where the focus is, without a click; by touch the field is touched first. */
    async field(page: Page, name: string, text: string): Promise<void> {
      act('field', `${name} ${text}`);
      const field = page.getByRole('textbox', { name });
      if (page.viewportSize()?.width === phone.viewport?.width) await field.tap();
      await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    },

    async button(button: Locator): Promise<void> {
      await button.waitFor();
      act('button', (await button.innerText()).trim());
      await button.click();
    },
  };
}

let lan: Lan;
beforeAll(() => {
  lan = createLan(2);
});
afterAll(() => lan?.remove());

/** A host and a guest on their machines. */
function settle() {
  const [hostHost, guestHost] = lan.hosts as [Host, Host];
  const folder = temporaryFolder();
  const home = join(folder, 'host');
  const trusting = (name: string) => trustAuthority(join(folder, name), join(home, 'relay', 'tls', 'ca.pem'));
  return {
    folder,
    address: hostHost.address,
    founder: createPerson(hostHost, home),
    guest: createPerson(guestHost, join(folder, 'guest')),
    /** The page that the host's desktop opens by itself when the relay starts. */
    async openedPage(opened: string): Promise<Page> {
      await expect.poll(() => existsSync(opened), { timeout: 20_000 }).toBe(true);
      const page = await openPage(hostHost, join(folder, 'desk'), desktop);
      await page.goto(readFileSync(opened, 'utf8').trim());
      return page;
    },
    /** A guest's browser that has met this host's authority before: what browsers ask about one that they do not know is theirs. */
    guestPage: () => openPage(guestHost, trusting('pocket'), phone),
  };
}

/** A desktop whose opener writes down what it was told to open. */
function fakeDesktop(folder: string): { opened: string; env: Record<string, string> } {
  const opened = join(folder, 'opened');
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$*" > '${opened}.new' && mv '${opened}.new' '${opened}'\n`, { mode: 0o700 });
  return { opened, env: { DISPLAY: ':99', PATH: `${folder}:${process.env['PATH']}` } };
}

/** Founds in the page that opens by itself. */
async function foundInBrowser({ founder, folder, openedPage }: ReturnType<typeof settle>): Promise<Page> {
  const desk = fakeDesktop(folder);
  founder.command(['serve'], desk.env);
  const page = await openedPage(desk.opened);
  await founder.field(page, 'Your name', 'Marta');
  await page.getByRole('heading', { name: 'Nobody else is here yet.' }).waitFor();
  return page;
}

async function firstMessage(page: Page, guest: ReturnType<typeof createPerson>): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await guest.field(page, 'Message', 'Here I am');
  await untilSent(page, 'Here I am');
}

describe(`from nothing to the second person's first message in ${ENOUGH} actions each`, () => {
  it('both in browsers, by link', async () => {
    const place = settle();
    const { founder, guest, guestPage } = place;
    const host = await foundInBrowser(place);
    await founder.button(host.getByRole('region', { name: 'Conversation' }).getByRole('button', { name: 'Invite' }));
    await host.getByRole('img', { name: 'QR code of the link' }).waitFor();
    const link = await host.getByLabel('Link', { exact: true }).inputValue();
    const page = await guestPage();
    await guest.link(page, link);
    await guest.field(page, 'Your name', 'Lena');
    await firstMessage(page, guest);
    // It stands beside the code, which stays for the next guest.
    await host.locator('article').filter({ hasText: 'Here I am' }).waitFor();
    await takeScreenshot(host, 'first-minute-host');
    expect([founder.did.length, guest.did.length]).toEqual([3, 3]);
  });

  it('both in terminals, by the address of an open room', async () => {
    const { founder, guest, address } = settle();
    const relay = founder.command(['serve', '--open-room']);
    await relay.until(/corrillo chat --name YOU/);
    const host = founder.command(['chat', '--name', 'Ana']);
    await host.until(/Nobody else is here yet/);
    const terminal = guest.command(['chat', '--name', 'Juan', '--host', address]);
    await terminal.until(/● Connected/);
    await terminal.until(/Juan came in by the address/);
    guest.line(terminal, 'Here I am');
    await host.until(/Juan │ Here I am/);
    expect([founder.did.length, guest.did.length]).toEqual([2, 2]);
  });

  it('both in terminals, by knocking', async () => {
    const { founder, guest, address } = settle();
    const relay = founder.command(['serve']);
    await relay.until(/corrillo chat --name YOU/);
    const host = founder.command(['chat', '--name', 'Ana']);
    await host.until(/Nobody else is here yet/);
    const terminal = guest.command(['chat', '--name', 'Juan', '--host', address]);
    await host.until(/Juan is at the door/);
    founder.line(host, '/admit Juan');
    await terminal.until(/Juan came in: Ana opened the door\./);
    guest.line(terminal, 'Here I am');
    await host.until(/Juan │ Here I am/);
    expect([founder.did.length, guest.did.length]).toEqual([3, 2]);
  });

  it('both in browsers, by knocking at the address that the empty room tells', async () => {
    const place = settle();
    const { founder, guest, guestPage } = place;
    const host = await foundInBrowser(place);
    const [, address] = /open (https:\S+) and knock/.exec(await host.getByText('and knock').innerText()) ?? [];
    const page = await guestPage();
    await guest.link(page, address as string);
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    await guest.field(page, 'Your name', 'Lena');
    await page.getByRole('heading', { name: 'You are at the door' }).waitFor();
    await takeScreenshot(host, 'first-minute-knock');
    await founder.button(host.getByRole('button', { name: /^Let in: .?Lena/u }));
    await firstMessage(page, guest);
    await lineOf(host, 'Here I am').waitFor();
    expect([founder.did.length, guest.did.length]).toEqual([3, 3]);
  });
});
