import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { desktop, phone } from './support/chromium.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { takeScreenshot } from './support/screenshots.ts';

const visit = useFakePage();

describe('talking', () => {
  it('shows own lines at once as sending, then as sent', async () => {
    const { page, fake } = await visit({ fake: room });
    await fake((client) => client.hold(true));
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('I am on my way');
    await box.press('Enter');
    const line = page.getByRole('article').filter({ hasText: 'I am on my way' });
    await line.getByText('sending').waitFor();
    expect(await box.inputValue()).toBe('');
    await fake((client) => client.hold(false));
    await line.getByText('sent', { exact: true }).waitFor();
    expect(await page.getByText('I am on my way').count()).toBe(1);
  });

  it('breaks the line with Shift+Enter and sends it as it was typed', async () => {
    const { page } = await visit({ fake: room });
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('  two');
    await page.keyboard.press('Enter');
    await page.getByRole('article').filter({ hasText: 'two' }).waitFor();
    expect(
      await page.evaluate(() => (window as unknown as { fake: { asked: string[] } }).fake.asked.filter((call) => call.startsWith('send'))),
    ).toEqual(['send one\n  two plain']);
  });

  it('never sends an unknown command, keeps what was typed, and names the nearest', async () => {
    const { page } = await visit({ fake: room });
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('/wo');
    await box.press('Enter');
    await page.getByRole('alert').filter({ hasText: /\/who/ }).waitFor();
    expect(await box.inputValue()).toBe('/wo');
    await box.fill('//who');
    await box.press('Enter');
    await page.getByRole('article').filter({ hasText: '/who' }).waitFor();
    const sent = await page.evaluate(() =>
      (window as unknown as { fake: { asked: string[] } }).fake.asked.filter((call) => call.startsWith('send')),
    );
    expect(sent).toEqual(['send /who plain']);
  });

  it('does what commands say', async () => {
    const { page } = await visit({ fake: room });
    const box = page.getByRole('textbox', { name: 'Message' });
    const say = async (line: string) => {
      await box.fill(line);
      await box.press('Enter');
    };
    await say('/help');
    await page.getByRole('dialog', { name: 'What you can type' }).getByText('/invite').waitFor();
    await page.keyboard.press('Escape');
    await say('/me waves');
    await page.getByRole('article').filter({ hasText: 'Marta waves' }).waitFor();
    await say('/nick Martina');
    await page.getByText('You are now called ⁨Martina⁩').waitFor();
    await say('/remove Kofi');
    await page.getByText('You removed ⁨Kofi⁩').waitFor();
    await say('/remove Nobody');
    await page.getByRole('alert').filter({ hasText: 'Nobody in the room goes by that name' }).waitFor();
    await say('/quit');
    await page.getByRole('alert').filter({ hasText: 'close this tab' }).waitFor();
    await say('just a line');
    await expect.poll(() => page.getByRole('alert').filter({ hasText: 'close this tab' }).count()).toBe(0);
  });

  it('lets in, goes to and writes to others, and compares, by the line as well', async () => {
    const { page, fake } = await visit({ fake: { ...room, direct: [{ with: 'Kofi' }] }, context: phone });
    const box = page.getByRole('textbox', { name: 'Message' });
    const say = async (line: string) => {
      await box.fill(line);
      await box.press('Enter');
    };
    const calls = (method: string) =>
      page.evaluate((wanted) => window.fake?.asked.filter((call) => call.startsWith(wanted)).length ?? 0, `${method} `);
    const strip = page.getByRole('region', { name: 'At the door' });
    await fake((client) => client.knockAt('Lena'));
    await strip.waitFor();
    await say('/admit lena');
    await page.getByText('⁨Lena⁩ knocked and you let them in').waitFor();
    await fake((client) => client.knockAt('Eve'));
    await strip.waitFor();
    await say('/rechazar Eve');
    await strip.waitFor({ state: 'detached' });
    expect([await calls('admit'), await calls('deny')]).toEqual([1, 1]);

    await say('/msg Ana just for you');
    const notice = page.getByRole('alert').filter({ hasText: 'Only ⁨Ana⁩ gets that.' });
    await notice.waitFor();
    expect(await page.getByRole('article').filter({ hasText: 'just for you' }).count()).toBe(0);
    await notice.getByRole('button', { name: 'Go there' }).click();
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    await page.getByRole('article').filter({ hasText: 'just for you' }).waitFor();
    await say('/room Familia Robles');
    await page.getByRole('heading', { name: 'Familia Robles', exact: true }).waitFor();
    await say('/privado Kofi');
    await page.getByRole('heading', { name: 'Kofi', exact: true }).waitFor();
    await say('/rooms');
    const rooms = page.getByRole('alert').getByRole('listitem');
    await expect.poll(() => rooms.count()).toBe(3);
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'answer-rooms-phone');
    await rooms.getByRole('button', { name: 'Familia Robles' }).click();
    await page.getByRole('heading', { name: 'Familia Robles', exact: true }).waitFor();

    await say('/verify');
    await page.getByRole('alert').getByRole('button', { name: 'Compare: Kofi' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'answer-compare-phone');
    await page.getByRole('alert').getByRole('button', { name: 'Compare: Ana' }).click();
    await page.getByRole('dialog', { name: 'Is this really ⁨Ana⁩?' }).waitFor();
    await page.keyboard.press('Escape');
    await say('/verify Kofi');
    await page.getByRole('dialog', { name: 'Is this really ⁨Kofi⁩?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await say('/verificar Kofi sí');
    await page.getByRole('alert').filter({ hasText: 'You have compared ⁨Kofi⁩' }).waitFor();
    expect(await calls('verify')).toBe(1);
  });

  it('answers in the conversation who is here, in any language of the commands', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    const box = page.getByRole('textbox', { name: 'Message' });
    const answer = page.getByRole('alert').filter({ hasText: 'Kofi' });
    for (const line of ['/who', '/quien', '/QUIÉN']) {
      await box.fill(line);
      await box.press('Enter');
      await answer.getByText('Лена not here', { exact: true }).waitFor();
      expect(await answer.getByRole('listitem').allInnerTexts()).toContain('Marta you');
      await box.press('Escape');
      await answer.waitFor({ state: 'detached' });
    }
    await box.fill('/dispositivos');
    await box.press('Enter');
    await answer.waitFor();
    const lines = await answer.getByRole('listitem').allInnerTexts();
    expect(lines.map((line) => line.replace(/\s+[0-9a-f]{16}\s+/, ' '))).toEqual([
      'Marta you',
      'Ana here',
      'Kofi here',
      'Лена not here',
      'Bruno here',
      'سلمى here',
    ]);
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'devices-desktop');
  });

  it('shows other people’s text as text', async () => {
    const { page, fake } = await visit({ fake: room });
    await fake((client) => client.hear('Ana', '<img src=x onerror=alert(1)> <script>alert(1)</script> javascript:alert(1)'));
    await fake((client) => client.hear('<b>Eve</b>\u202E', 'a\u202Eb\u0007c https://example.org/a(b). https://x@evil.example'));
    const message = page.getByRole('article').filter({ hasText: 'example.org' });
    await message.waitFor();
    expect(await message.locator('p[dir=auto]').last().innerText()).toBe('a\ufffdb␇c https://example.org/a(b). https://x@evil.example');
    const links = await message
      .getByRole('link')
      .evaluateAll((found) => found.map((link) => [link.getAttribute('href'), link.getAttribute('rel'), link.getAttribute('target')]));
    expect(links).toEqual([['https://example.org/a(b)', 'noopener noreferrer', '_blank']]);
    expect(await page.locator('article img, article script, article b').count()).toBe(0);
    await message.getByText('<b>Eve</b>\ufffd').first().waitFor();
  });

  it('wraps words without an end and folds texts without an end', async () => {
    const { page, fake } = await visit({ fake: room, context: phone });
    await fake((client) => client.hear('Ana', 'x'.repeat(500)));
    await fake((client) => client.hear('Kofi', 'word '.repeat(3_000)));
    await page.getByRole('button', { name: 'Show all of it' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const scroller = page.getByRole('region', { name: 'Conversation' });
    expect(await scroller.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.getByRole('button', { name: 'Show all of it' }).click();
    await expect
      .poll(() =>
        page
          .getByRole('article')
          .filter({ hasText: 'word' })
          .evaluate((element) => (element as HTMLElement).innerText.split('word').length - 1),
      )
      .toBe(3_000);
  });

  it('is not brought down by a clock that says anything', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 2 } });
    await fake((client) => client.hear('Ana', 'at the end of time', { at: Number.MAX_SAFE_INTEGER }));
    await fake((client) => client.show({ kind: 'joined', door: 'link', from: 'Eve', at: Number.MAX_SAFE_INTEGER }));
    await fake((client) => client.hear('Kofi', 'and on'));
    await page.getByRole('article').filter({ hasText: 'at the end of time' }).waitFor();
    await page.getByRole('article').filter({ hasText: 'and on' }).waitFor();
  });

  it('tells what is missing and what could not be read', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 2 } });
    await fake((client) => client.show({ kind: 'missing', seq: 9, to: 11 }));
    await fake((client) => client.show({ kind: 'unreadable', code: 'newer_version', from: 'Ana' }));
    await page.getByText('3 messages never arrived').waitFor();
    await page.getByText('This was written with a newer version').waitFor();
  });

  it('says when there is no connection, and goes on taking lines', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await fake((client) => client.hold(true));
    await fake((client) => client.setConnection({ state: 'offline', code: 'no_route', retryAt: 0 }));
    await page.getByText('No connection', { exact: true }).waitFor();
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('kept');
    await box.press('Enter');
    await page.getByRole('article').filter({ hasText: 'kept' }).getByText('sending').waitFor();
    // Nobody knows who is here now.
    await page.getByRole('complementary').getByRole('heading', { name: 'People 6' }).waitFor();
    await fake((client) => client.setConnection({ state: 'offline', code: 'wrong_key', retryAt: 0 }));
    await page.getByRole('alert').filter({ hasText: 'This is not the host' }).waitFor();
    await fake((client) => client.setConnection({ state: 'connected' }));
    await page.getByText('5 here now', { exact: true }).first().waitFor();
    await page.getByRole('complementary').getByRole('heading', { name: 'Here now 5' }).waitFor();
  });

  it('leaves a room readable and takes the composer away', async () => {
    const { page } = await visit({ fake: room });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Leave the room' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByText('You left this room. You can still read it').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await page.getByText('Thanks!').last().waitFor();
  });

  it('reads new texts of others aloud, and no history', async () => {
    const { page, fake } = await visit({ fake: room });
    const live = page.locator('[aria-live=polite].said');
    expect(await live.innerText()).toBe('');
    await fake((client) => client.hear('Ana', 'the ladder is back'));
    await page.getByRole('article').filter({ hasText: 'the ladder is back' }).waitFor();
    expect(await live.innerText()).toBe('Ana: the ladder is back');
  });
});
