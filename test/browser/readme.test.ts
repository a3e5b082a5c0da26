import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { texts } from '../../src/client/locales/index.ts';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { desktop, phone } from './support/chromium.ts';
import { takeReadmeScreenshot } from './support/screenshots.ts';
import { foundRoom, lineOf, readLink } from './support/talking.ts';
import { trustAuthority } from './support/trust.ts';
import { newPage, openBrowser } from './support/visitor.ts';

const english = texts('en').web;
const spanish = texts('es').web;

async function write(page: Page, t: typeof english, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: t.compose });
  await box.fill(text);
  await box.press('Enter');
  await lineOf(page, text).getByText(t.sent, { exact: true }).waitFor();
}

it('a family talks in two languages, on a desktop, a phone and a terminal: README’s pictures', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'relay');
  const { listening, ports } = await startRelay(data);
  const browser = await openBrowser(trustAuthority(join(folder, 'home'), join(data, 'tls', 'ca.pem')));
  const marta = await newPage(browser, { ...desktop, colorScheme: 'light' });
  await marta.goto(listening.founder);
  await foundRoom(marta, 'Marta', 'Familia Robles');
  const link = await readLink(marta);
  const leo = await newPage(browser, { ...phone, colorScheme: 'dark', locale: 'es-ES' });
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

  await marta.mouse.move(0, 0);
  await takeReadmeScreenshot(marta, 'room');
  await takeReadmeScreenshot(leo, 'phone');
  await marta.getByRole('button', { name: english.invite }).first().click();
  await marta.getByRole('img', { name: english.inviteQr }).waitFor();
  await marta.mouse.move(0, 0);
  await takeReadmeScreenshot(marta, 'invite');
});
