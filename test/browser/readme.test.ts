import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { texts } from '../../src/client/locales/index.ts';
import { isEvent, startChat } from '../support/programs.ts';
import { phone } from './support/chromium.ts';
import { settle } from './support/place.ts';
import { takeReadmeScreenshot } from './support/screenshots.ts';
import { foundRoom, lineOf, readKnock, readLink, readWords } from './support/talking.ts';
import { newPage } from './support/visitor.ts';

const english = texts('en').web;
const spanish = texts('es').web;
const spanishPhone = { ...phone, locale: 'es-ES' };

async function write(page: Page, t: typeof english, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: t.compose });
  await box.fill(text);
  await box.press('Enter');
  await lineOf(page, text).getByText(t.sent, { exact: true }).waitFor();
}

it('a family talks in two languages, on a desktop, phones and a terminal: README’s pictures', async () => {
  const { browser, founder, address, folder, ports } = await settle();
  const marta = await newPage(browser, { viewport: { width: 1280, height: 760 }, colorScheme: 'light' });
  await marta.goto(founder);
  await foundRoom(marta, 'Marta', 'Familia Robles');
  const link = await readLink(marta);
  const leo = await newPage(browser, { ...spanishPhone, colorScheme: 'dark' });
  await leo.goto(link);
  await leo.getByRole('textbox', { name: spanish.nameLabel }).fill('Leo');
  await leo.getByRole('button', { name: spanish.join }).click();
  const abuela = startChat('Abuela', `127.0.0.1:${ports.chat}`, join(folder, 'abuela'), link);
  await abuela.until(isEvent('ready'), 'ready');

  await write(marta, english, 'Who has the long ladder? The gutter is full of leaves again.');
  await write(leo, spanish, 'Está detrás del cobertizo, con las bicis.');
  await write(leo, spanish, 'A partir de las cinco te la sujeto 🪜');
  abuela.write('Tened cuidado, que está mojado.');
  await lineOf(leo, 'Tened cuidado').waitFor();
  await write(marta, english, 'We will, mum. Dinner is at eight, everybody is invited.');
  abuela.write('/yo trae la tortilla');
  await lineOf(leo, 'trae la tortilla').waitFor();
  await write(leo, spanish, 'Y yo el hambre');
  await lineOf(marta, 'Y yo el hambre').waitFor();
  await marta.getByText(english.here(3), { exact: true }).waitFor();
  await leo.getByText(spanish.here(3), { exact: true }).waitFor();
  expect(await marta.getByRole('article').count()).toBe(7);
  await takeReadmeScreenshot(leo, 'phone');

  // Grandmother writes to Marta alone, and somebody knocks.
  abuela.write('/privado Marta ¿Le hago una tarta a Leo?');
  await marta.getByRole('navigation').getByText(english.roomUnread(1)).waitFor({ state: 'attached' });
  const ines = await newPage(browser, { ...spanishPhone, colorScheme: 'light' });
  await ines.goto(address);
  await ines.getByRole('textbox', { name: spanish.nameLabel }).fill('Inés');
  await ines.getByRole('button', { name: spanish.knock }).click();
  await ines.getByText(spanish.waitConnected, { exact: true }).waitFor();
  const words = await readWords(ines.getByRole('listitem'));
  expect(await readKnock(marta, 'Inés')).toEqual(words);
  await marta.mouse.move(0, 0);
  await takeReadmeScreenshot(marta, 'room');
  await takeReadmeScreenshot(ines, 'door');

  await leo.getByRole('button', { name: new RegExp(`^${spanish.members}`) }).click();
  await leo
    .getByRole('dialog')
    .getByRole('button', { name: /^Marta/ })
    .click();
  await leo.getByRole('menuitem', { name: spanish.compare }).click();
  await leo.getByRole('dialog', { name: spanish.compareTitle('\u2068Marta\u2069') }).waitFor();
  await leo.getByRole('dialog', { name: spanish.membersTitle }).waitFor({ state: 'detached' });
  await leo.mouse.move(0, 0);
  await takeReadmeScreenshot(leo, 'compare');

  await marta.getByRole('button', { name: english.denyName('Inés') }).click();
  await ines.getByRole('heading', { name: spanish.refusedTitle }).waitFor();
  await marta.getByRole('button', { name: english.invite }).first().click();
  await marta.getByRole('img', { name: english.inviteQr }).waitFor();
  await marta.mouse.move(0, 0);
  await takeReadmeScreenshot(marta, 'invite');
});
