import type { Locator, Page } from 'playwright-core';

/**
 * The five words that stand in the items found. They may appear a moment after their frame (the list of all words is
 * big and is fetched late), so this waits for the fifth.
 */
export async function readWords(items: Locator): Promise<string[]> {
  await items.nth(4).waitFor();
  return items.allInnerTexts();
}

/** What people do with the page, by the names that it gives to things in English. */
export async function foundRoom(page: Page, name: string, title: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByLabel('Name of the room').fill(title);
  await page.getByRole('button', { name: 'Open the room' }).click();
  await page.getByRole('heading', { name: title }).waitFor();
}

export async function comeIn(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
}

/** By the bare address: says a name and knocks. @returns the words on the screen of the one who waits */
export async function knock(page: Page, name: string): Promise<string[]> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Knock' }).click();
  return untilAtTheDoor(page);
}

export async function untilAtTheDoor(page: Page): Promise<string[]> {
  await page.getByRole('heading', { name: 'You are at the door' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Waiting to be let in' }).waitFor();
  return readWords(page.getByRole('listitem'));
}

/** The words beside somebody's knock, on the screen of one who is inside. */
export async function readKnock(page: Page, name: string): Promise<string[]> {
  const line = page
    .getByRole('region', { name: 'At the door' })
    .getByRole('listitem')
    .filter({ hasText: `${name} wants to come in` });
  await line.waitFor();
  return readWords(line.getByRole('list', { name: 'Words on their screen' }).getByRole('listitem'));
}

/** The link that the page shows to those who are to be invited. */
export async function readLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).first().click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return link;
}

export async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.fill(text);
  await box.press('Enter');
}

export const lineOf = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text });
export const untilSent = (page: Page, text: string): Promise<void> => lineOf(page, text).getByText('sent', { exact: true }).waitFor();

/** All texts on the screen, from top to bottom. */
export const readTexts = (page: Page): Promise<string[]> => page.getByRole('article').locator('p[dir=auto]:last-of-type').allInnerTexts();

/** The founder link as the relay's own machine opens it. */
export function onThisMachine(link: string): string {
  const { port, pathname, hash } = new URL(link);
  return `http://localhost:${port}${pathname}${hash}`;
}

/** Somebody in the list beside the room; choosing them says what can be done. */
export const personIn = (page: Page, name: string): Locator =>
  page.getByRole('complementary').getByRole('button', { name: new RegExp(`^${name}`) });
