import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FakeClient } from '../../../src/web/dev/fake-client.ts';
import type { Watched } from './fake-page.ts';

export const stageOf = (page: Page) => page.getByRole('region', { name: /^(Call|Llamada)$/ });
export const controlsOf = (page: Page) => page.getByRole('group', { name: /^(Controls of the call|Mandos de la llamada)$/ });
export const tileOf = (page: Page, name: string) => stageOf(page).getByRole('listitem').filter({ hasText: name });

/** Joins as a person does, and waits for the people to be seen. */
export async function joinCall({ page, fake }: Watched, others: (client: FakeClient) => unknown = () => {}): Promise<void> {
  await fake(others);
  await page
    .getByRole('button', { name: /^(Call|Join|Llamar|Entrar)$/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^(Call everybody|Join|Llamar a todos|Entrar)$/ }).click();
  await controlsOf(page).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every((video) => video.srcObject === null || video.videoWidth > 0),
  );
}

/** The same at a real relay, with a camera that is a film. */
export async function enterCall(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^(Call|Join)$/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /^Call / });
  await dialog.locator('video').waitFor();
  await dialog.getByRole('button', { name: /^(Call everybody|Join)$/ }).click();
  const failed = dialog.getByRole('alert').getByRole('paragraph');
  await controlsOf(page).or(failed).first().waitFor();
  expect(await failed.allTextContents()).toEqual([]);
}

export const three = (client: FakeClient): void => {
  client.calls.enter('Ana');
  client.calls.enter('Kofi', { hand: true });
  client.calls.enter('Лена', { sources: ['camera'] });
};

/** What the page asked of the calls, by the beginning of its name. */
export const askedOf = (page: Page, beginning: string): Promise<string[]> =>
  page.evaluate((start) => window.fake?.asked.filter((one) => one.startsWith(start)) ?? [], beginning);

/** What it showed last. */
export async function shownIn(page: Page): Promise<{ device: string; source: string; height: number }[]> {
  const last = (await askedOf(page, 'calls.show ')).at(-1);
  return JSON.parse(last?.slice('calls.show '.length) ?? '[]') as { device: string; source: string; height: number }[];
}

export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
