import { describe, expect, it } from 'vitest';
import { room, useFakePage } from './support/fake-site.ts';

const visit = useFakePage();

describe('the conversation on the screen', () => {
  const isAtEnd = (element: Element) => element.scrollHeight - element.scrollTop - element.clientHeight < 8;

  it('opens at the end and stays there while lines come in', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 300 } });
    const scroller = page.getByRole('region', { name: 'Conversation' });
    await page.getByRole('article').last().waitFor();
    await expect.poll(() => scroller.evaluate(isAtEnd)).toBe(true);
    for (let i = 0; i < 5; i++)
      await fake((client) =>
        client.hear(
          'Ana',
          'a line that is long enough to be broken into several on a narrow screen, so that its height is not known before',
        ),
      );
    await page.getByRole('article').filter({ hasText: 'long enough' }).last().waitFor();
    await expect.poll(() => scroller.evaluate(isAtEnd)).toBe(true);
    expect(await page.getByRole('button', { name: /newest|new message/ }).count()).toBe(0);
    // Only what is near the screen is in the page.
    expect(await page.getByRole('article').count()).toBeLessThan(60);
  });

  it('fetches older messages at the top without losing the reader’s place', async () => {
    const { page } = await visit({ fake: { ...room, lines: 200 } });
    const scroller = page.getByRole('region', { name: 'Conversation' });
    await expect.poll(() => scroller.evaluate(isAtEnd)).toBe(true);
    await scroller.focus();
    for (let i = 0; i < 60; i++) {
      if (await page.getByText('This is where the conversation begins for you.').isVisible()) break;
      await page.keyboard.press('PageUp');
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    }
    await page.getByText('This is where the conversation begins for you.').waitFor();
    await page.getByText('You opened the room').waitFor();
  });

  it('keeps the place of a reader who scrolled up, and counts what came meanwhile', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 200 } });
    const scroller = page.getByRole('region', { name: 'Conversation' });
    await expect.poll(() => scroller.evaluate(isAtEnd)).toBe(true);
    await scroller.hover();
    await page.mouse.wheel(0, -900);
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    const place = await scroller.evaluate((element) => element.scrollTop);
    await fake((client) => client.hear('Ana', 'one more'));
    await fake((client) => client.hear('Ana', 'and another'));
    await page.getByRole('button', { name: '2 new messages' }).waitFor();
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(place);
    expect(await page.title()).toBe('(2) Familia Robles · Corrillo');
    await page.getByRole('button', { name: '2 new messages' }).click();
    await page.getByText('New messages', { exact: true }).waitFor();
    await expect.poll(() => page.title()).toBe('Familia Robles · Corrillo');
  });

  it('opens where this device stopped reading', async () => {
    const { page } = await visit({ fake: { ...room, lines: 200, readUpTo: 150 } });
    const mark = page.getByText('New messages', { exact: true });
    await mark.waitFor();
    const top = await mark.evaluate((element) => element.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(400);
    // Not read yet: the reader is still at its beginning.
    await page.getByRole('button', { name: /\d+ new messages/ }).waitFor();
  });
});
