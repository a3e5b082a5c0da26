import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { findBarriers } from './support/axe.ts';
import { phone } from './support/chromium.ts';
import { settle, visit } from './support/place.ts';
import { comeIn, foundRoom, lineOf, onThisMachine, readLink, readTexts, say, untilSent } from './support/talking.ts';
import { openBrowser } from './support/visitor.ts';

const note = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();

describe('a host', () => {
  it('starts, is led to its first room by a file that is for its eyes alone, and needs no mouse for it', async () => {
    const folder = temporaryFolder();
    const opened = join(folder, 'opened');
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$*" > '${opened}.new' && mv '${opened}.new' '${opened}'\n`, { mode: 0o700 });
    const env = { ...process.env, DISPLAY: ':99', CI: undefined, SSH_CONNECTION: undefined, PATH: `${folder}:${process.env['PATH']}` };
    const parameters = ['serve', '--port', '0', '--chat-port', '0', '--files-port', '0', '--data', join(folder, 'relay')];
    const relay = spawn(process.execPath, [join(import.meta.dirname, '../../bin/corrillo.js'), ...parameters], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => relay.once('close', resolve));
    onTestFinished(async () => {
      relay.kill('SIGKILL');
      await ended;
    });
    await expect.poll(() => existsSync(opened), { timeout: 20_000 }).toBe(true);
    const address = readFileSync(opened, 'utf8').trim();
    const token = new URL(readFileSync(join(folder, 'relay', 'founder'), 'utf8').trim()).hash.split('.')[1] as string;
    expect(address).toMatch(/^file:\/\//);
    expect(address).not.toContain(token);
    expect(statSync(fileURLToPath(address)).mode & 0o777).toBe(0o600);

    const page = await visit(await openBrowser(folder), address);
    await page.getByRole('heading', { name: 'Open the first room' }).waitFor();
    expect(page.url()).not.toContain(token);
    await page.keyboard.type('Marta');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Familia Robles');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nobody else is here yet.' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.type('Is anybody there?');
    await page.keyboard.press('Enter');
    await untilSent(page, 'Is anybody there?');
    await page.keyboard.type('/invite');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.type('Nobody yet.');
    await page.keyboard.press('Enter');
    await untilSent(page, 'Nobody yet.');
  });

  it('that was set up anew is not taken for the old one', async () => {
    const { data, ports, browser, founder, stop } = await settle();
    const marta = await visit(browser, onThisMachine(founder));
    await foundRoom(marta, 'Marta', 'Familia');
    await stop();
    rmSync(data, { recursive: true });
    const { listening } = await startRelay(data, ports);
    await marta.getByRole('alert').filter({ hasText: 'This is not the host' }).waitFor();
    // The new founder link, in the window that is open.
    await marta.evaluate((link) => location.assign(link), onThisMachine(listening.founder));
    await foundRoom(marta, 'Marta', 'Familia nueva');
    await say(marta, 'here we are again');
    await untilSent(marta, 'here we are again');
  });
});

describe('people', () => {
  it('come, change their names, leave, are removed, and come back', async () => {
    const { browser, founder } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    const ana = await visit(browser, link, phone);
    await comeIn(ana, 'Ana');
    const bruno = await visit(browser, link);
    await comeIn(bruno, 'Bruno');
    await note(marta, '⁨Bruno⁩ came in by link');
    await say(ana, '/nombre Anita');
    await note(marta, '⁨Ana⁩ is now called ⁨Anita⁩');
    await say(bruno, '/me waves');
    await lineOf(marta, 'Bruno waves').waitFor();

    // Who is in already and follows the link again is in.
    await ana.evaluate((again) => location.assign(again), link);
    await ana.getByRole('textbox', { name: 'Message' }).waitFor();
    expect(new URL(ana.url()).hash).toBe('');

    await ana.getByRole('button', { name: 'More', exact: true }).click();
    await ana.getByRole('menuitem', { name: 'Leave the room' }).click();
    await ana.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await note(marta, '⁨Anita⁩ left');
    await say(marta, 'between us');
    await lineOf(bruno, 'between us').waitFor();
    await ana.getByRole('button', { name: 'I have a link' }).click();
    await ana.getByRole('textbox', { name: 'Your link' }).fill('https://example.org');
    await ana.getByRole('button', { name: 'Continue' }).click();
    await ana.getByRole('alert').filter({ hasText: 'not a Corrillo link' }).waitFor();
    await ana.getByRole('textbox', { name: 'Your link' }).fill(link);
    await ana.getByRole('button', { name: 'Continue' }).click();
    expect(await ana.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Anita');
    await comeIn(ana, 'Anita');
    await say(ana, 'I am back');
    await lineOf(marta, 'I am back').waitFor();
    expect(await readTexts(ana)).not.toContain('between us');

    await say(marta, '/expulsar Bruno');
    await note(bruno, '⁨Marta⁩ removed you');
    await bruno.getByText('You were removed from this room.').waitFor();
    expect(await findBarriers(bruno)).toEqual([]);
    await say(marta, 'among ourselves');
    await untilSent(marta, 'among ourselves');
    await bruno.goto(link);
    await tryInVain(bruno, 'This link does not work any more');
    await bruno.goto(await readLink(marta));
    await comeIn(bruno, 'Bruno');
    await say(bruno, 'sorry');
    await lineOf(ana, 'sorry').waitFor();
    expect(await readTexts(bruno)).not.toContain('among ourselves');
  });

  it('go on in the window of their choice', async () => {
    const { browser, founder } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const link = await readLink(marta);
    const ana = await visit(browser, link, phone);
    await comeIn(ana, 'Ana');
    await say(ana, 'from the first');
    // A phone opens each scanned code in a new tab.
    const other = await ana.context().newPage();
    await other.goto(link);
    await other.getByRole('button', { name: 'Go on here' }).click();
    await lineOf(other, 'from the first').waitFor();
    await ana.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await say(other, 'from the second');
    await lineOf(marta, 'from the second').waitFor();
    await ana.getByRole('button', { name: 'Go on here' }).click();
    await lineOf(ana, 'from the second').waitFor();
    await other.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await say(ana, 'from the first again');
    await lineOf(marta, 'from the first again').waitFor();
    await ana.close();
    await say(other, 'and the last one left');
    await lineOf(marta, 'and the last one left').waitFor();
    expect(await readTexts(marta)).toEqual(['from the first', 'from the second', 'from the first again', 'and the last one left']);
  });

  it('take along what is half written and what could not be sent yet', async () => {
    const { browser, founder, data, ports, stop } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Familia');
    const ana = await visit(browser, await readLink(marta), phone);
    await comeIn(ana, 'Ana');
    const other = await ana.context().newPage();
    await other.goto(new URL(ana.url()).origin);
    await other.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await stop();
    await say(ana, 'not sent yet');
    await lineOf(ana, 'not sent yet').getByText('sending').waitFor();
    await ana.getByRole('textbox', { name: 'Message' }).fill('half a sentence');
    await other.getByRole('button', { name: 'Go on here' }).click();
    await lineOf(other, 'not sent yet').getByText('sending').waitFor();
    await expect.poll(() => other.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a sentence');
    await ana.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await startRelay(data, ports);
    await untilSent(other, 'not sent yet');
    await other.getByRole('textbox', { name: 'Message' }).press('Enter');
    await lineOf(marta, 'half a sentence').waitFor();
    expect(await readTexts(marta)).toEqual(['not sent yet', 'half a sentence']);
    // And nothing of it is left behind to be said twice.
    await ana.getByRole('button', { name: 'Go on here' }).click();
    await lineOf(ana, 'half a sentence').waitFor();
    expect(await ana.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  });

  it('write whatever they like', async () => {
    const { browser, founder } = await settle();
    const marta = await visit(browser, founder);
    await foundRoom(marta, 'Marta', 'Sala 👩‍👩‍👧‍👦');
    const link = await readLink(marta);
    const longest = 'Maximiliana-Guadalupe de la Santísima Trinidad y Todos los Santos';
    const guest = await visit(browser, link, phone);
    await guest.getByRole('textbox', { name: 'Your name' }).fill(`${longest}, the second of that name`);
    await guest.getByRole('button', { name: 'Come in' }).click();
    await guest.getByRole('alert').filter({ hasText: 'That name is too long' }).waitFor();
    await comeIn(guest, longest.slice(0, 64));

    const box = guest.getByRole('textbox', { name: 'Message' });
    const words = ['שלום לכולם, מה שלומכם?', 'مرحبا 👋🏽 hello', '👩‍👩‍👧‍👦🏳️‍🌈', '<b>not bold</b> & "quoted"', 'a\n  b\n\n c'];
    for (const text of words) {
      await say(guest, text);
      await untilSent(guest, text.split('\n')[0] as string);
    }
    // An input method's Enter chooses a candidate.
    const keys = await guest.context().newCDPSession(guest);
    await box.focus();
    await keys.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await box.inputValue()).toBe('にほん');
    await keys.send('Input.insertText', { text: '日本' });
    await guest.keyboard.press('Control+Enter');
    await untilSent(guest, '日本');
    const expected = [...words, '日本'];
    await expect.poll(() => readTexts(marta)).toEqual(expected);

    // More than a message may hold stays where it was pasted, with the reason.
    const log = '0123456789abcdef\n'.repeat(4_200);
    await marta.getByRole('textbox', { name: 'Message' }).focus();
    await marta.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await marta.evaluate((text) => navigator.clipboard.writeText(text), log);
    await marta.keyboard.press('Control+V');
    await marta.keyboard.press('Enter');
    await marta.getByRole('alert').filter({ hasText: 'too long for one message' }).waitFor();
    expect(await marta.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(log);
    await marta.keyboard.press('Escape');
    await expect.poll(() => marta.getByRole('alert').filter({ hasText: 'too long' }).count()).toBe(0);
    expect(await readTexts(marta)).toEqual(expected);
    for (const page of [marta, guest]) expect(await findBarriers(page)).toEqual([]);
    expect(await guest.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

async function tryInVain(page: Page, why: string): Promise<void> {
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('alert').filter({ hasText: why }).waitFor();
}
