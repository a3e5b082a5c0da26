import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { desktop, launchChromium, phone } from './support/chromium.ts';
import { FRAGMENT, openFakePage, ROOM, type Watched } from './support/fake-page.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { serveFakePage, type StaticPage } from './support/static-page.ts';

const people = ['Ana', 'Kofi', 'Лена', 'Bruno', 'سلمى'];
const room = { inside: true, people, lines: 60, title: 'Familia Robles' };

let browser: Browser;
let site: StaticPage;
let open: Watched[] = [];

beforeAll(async () => {
  [browser, site] = await Promise.all([launchChromium(), serveFakePage()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
afterEach(async () => {
  const watched = open;
  open = [];
  await Promise.all(watched.map(({ close }) => close()));
  // After every test: the strict policy with Trusted Types had nothing to refuse, and nothing went wrong on the side.
  const complaints = watched.flatMap((one) => one.complaints);
  if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
});

async function visit(options: Parameters<typeof openFakePage>[2] = {}): Promise<Watched> {
  const watched = await openFakePage(browser, site.origin, options);
  open.push(watched);
  return watched;
}

describe('coming in', () => {
  it('says how, without a link', async () => {
    const { page } = await visit({ context: desktop });
    await page.getByRole('heading', { name: 'How do you come in?' }).waitFor();
    await page.getByLabel('Your link').fill('https://example.org/');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').filter({ hasText: 'not a Corrillo link' }).waitFor();
  });

  it('founds a room by the founder link, with the fragment gone from address and history', async () => {
    const { page, fake } = await visit({ path: `/f${FRAGMENT}` });
    expect(await page.evaluate(() => [location.href.includes('#'), history.length])).toEqual([false, 2]);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Marta');
    await page.getByLabel('Name of the room').fill('Familia');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Familia', exact: true }).waitFor();
    expect(await page.title()).toBe('Familia · Corrillo');
    await page.getByText('You opened the room').waitFor();
    await fake((client) => client.calls.length);
  });

  it('joins by a room link, with the focus where the name goes', async () => {
    const { page } = await visit({ path: `/j/${ROOM}${FRAGMENT}`, context: phone });
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.press('Enter');
    await page.getByText('Type a name so that the others know who you are.').waitFor();
    await page.keyboard.type('Lena');
    await page.keyboard.press('Enter');
    await page.getByText('You came in by link').waitFor();
  });

  it('takes a link that is pasted into the address bar of the open page', async () => {
    const { page } = await visit({ path: `/j/${ROOM}` });
    await page.getByRole('heading', { name: 'How do you come in?' }).waitFor();
    await page.evaluate((fragment) => void (location.hash = fragment), FRAGMENT);
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');
  });

  it('sends people on where it cannot work', async () => {
    const insecure = await visit({ fake: { inside: false, stopped: 'no_secure_context' } });
    expect(await insecure.page.getByRole('link', { name: 'Open the protected address' }).getAttribute('href')).toBe(
      'https://192.168.1.20:5000/',
    );
    const second = await visit({ fake: { inside: false, stopped: 'in_use' } });
    await second.page.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await second.page.getByRole('button', { name: 'Go on here' }).click();
    await second.page.getByRole('heading', { name: 'How do you come in?' }).waitFor();
  });
});

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
      await page.evaluate(() => (window as unknown as { fake: { calls: string[] } }).fake.calls.filter((call) => call.startsWith('send'))),
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
      (window as unknown as { fake: { calls: string[] } }).fake.calls.filter((call) => call.startsWith('send')),
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

describe('dialogs', () => {
  it('shows the link as a code and as text, and copies it', async () => {
    const { page } = await visit({ fake: room, context: { ...desktop, permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('img', { name: 'QR code of the link' }).waitFor();
    const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
    // The page was reached as localhost: the relay's own address is what others need.
    expect(link).toMatch(new RegExp(`^https://192\\.168\\.1\\.20:\\d+/j/${ROOM}#v1\\.[\\w-]{43}\\.[\\w-]{22}\\.9009$`));
    await dialog.getByRole('button', { name: 'Copy the link' }).click();
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  });

  it('makes the link as soon as there is a connection', async () => {
    const { page, fake } = await visit({ fake: room });
    await fake((client) => client.setRelay(false));
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('alert').filter({ hasText: 'There is no connection' }).waitFor();
    await fake((client) => client.setRelay(true));
    await fake((client) => client.emit({ event: 'build', build: 'build-of-the-tests' }));
    await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
  });

  it('removes after asking, and says why when it could not', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await page.getByRole('button', { name: 'More about Ana' }).click();
    await page.getByRole('menuitem', { name: 'Remove from the room' }).click();
    const dialog = page.getByRole('dialog');
    await fake((client) => client.failNext('remove', 'not_allowed'));
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'You may not do that here' }).waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('You removed ⁨Ana⁩').waitFor();
    expect(await page.getByRole('button', { name: 'More about Ana' }).count()).toBe(0);
  });

  it('offers no removal to those who may not', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await fake((client) => client.setView({ canRemove: false }));
    await expect.poll(() => page.getByRole('button', { name: /More about/ }).count()).toBe(0);
  });
});

describe('everybody', () => {
  it('can do everything with the keyboard alone', async () => {
    const { page } = await visit({ fake: { ...room, lines: 8 }, context: desktop });
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
    await expect.poll(focused).toBe('Message');
    await page.keyboard.press('Shift+Tab');
    const before = await focused();
    // The page begins at its top, in the order in which it is read.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    const walk: string[] = [];
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      walk.push(await focused());
      const ring = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const box = getComputedStyle(
          element.closest('form') && element.tagName === 'TEXTAREA' ? (element.parentElement as HTMLElement) : element,
        );
        return box.outlineStyle !== 'none' || box.boxShadow !== 'none';
      });
      expect(ring).toBe(true);
    }
    expect(walk.slice(0, 3)).toEqual(['Invite', 'More', 'Conversation']);
    expect(walk).toContain('Message');
    expect(walk).toContain('Change my name');
    expect(before).not.toBe('');

    await page.getByRole('button', { name: 'More', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Change my name' }).waitFor();
    await expect.poll(focused).toContain('Change my name');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toContain('Leave the room');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('Marta');
    // Inside the dialog the focus goes round.
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('More');
  });

  const screens: ReadonlyArray<
    readonly [name: string, options: Parameters<typeof openFakePage>[2], act?: (watched: Watched) => Promise<void>]
  > = [
    ['outside', {}],
    ['door', { path: `/j/${ROOM}${FRAGMENT}` }],
    ['founder', { path: `/f${FRAGMENT}` }],
    ['in-use', { fake: { inside: false, stopped: 'in_use' } }],
    [
      'torn',
      { fake: room },
      async ({ page, fake, complaints }) => {
        await fake((client) => client.setView({ members: null as unknown as [] }));
        await page.getByRole('button', { name: /Try again|de nuevo/ }).waitFor();
        complaints.splice(0);
      },
    ],
    ['insecure', { fake: { inside: false, stopped: 'no_secure_context' } }],
    ['failed', { fake: { inside: false, stopped: 'storage_failed' } }],
    ['alone', { fake: { inside: true } }],
    ['room', { fake: { ...room, readUpTo: 58 } }],
    [
      'trouble',
      { fake: { ...room, lines: 4 } },
      async ({ page, fake }) => {
        await fake((client) => client.show({ kind: 'missing', seq: 11, to: 13 }));
        await fake((client) => client.hear('Ana', 'waves', { style: 'action' }));
        await fake((client) => client.hold(true));
        await fake((client) => client.setConnection({ state: 'offline', code: 'no_route', retryAt: 0 }));
        await fake((client) => client.send('', 'https://example.org/on/my/way'));
        await page.locator('textarea').fill('/nosuch');
        await page.locator('textarea').press('Enter');
        await page.getByRole('alert').filter({ hasText: '/nick' }).waitFor();
      },
    ],
    ['removed', { fake: room }, ({ fake }) => fake((client) => client.setView({ phase: 'removed', canInvite: false, canRemove: false }))],
    [
      'invite',
      { fake: room },
      async ({ page }) => {
        await page.locator('header button').first().click();
        await page.getByRole('img').waitFor();
      },
    ],
    [
      'help',
      { fake: room },
      async ({ page }) => {
        await page.locator('textarea').fill('/help');
        await page.locator('textarea').press('Enter');
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'link',
      { fake: room },
      async ({ page, fake }) => {
        await fake((client) => client.setView({ phase: 'left', canInvite: false, canRemove: false }));
        await page.locator('footer button').click();
        await page.getByRole('dialog').waitFor();
        await page.keyboard.type('hello');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').filter({ hasText: 'Corrillo' }).waitFor();
      },
    ],
    [
      'waiting',
      { path: `/j/${ROOM}${FRAGMENT}` },
      async ({ page, fake }) => {
        await fake((client) => Object.assign(client, { join: () => new Promise(() => {}) }));
        await fake((client) => client.setConnection({ state: 'offline', code: 'no_route', retryAt: 0 }));
        await page.keyboard.type('Lena');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').filter({ hasText: 'Corrillo' }).waitFor();
      },
    ],
    [
      'people',
      { fake: room },
      async ({ page }) => {
        const button = page.locator('header button').nth(1);
        if (await button.isVisible()) await button.click();
      },
    ],
  ];

  // Every screen in two of the four combinations; those that look different by size in all.
  const changing = new Set(['door', 'room', 'trouble', 'people']);
  for (const scheme of ['light', 'dark'] as const) {
    for (const [device, size, locale, both] of [
      ['desktop', desktop, 'en-GB', scheme === 'light'],
      ['phone', phone, 'es-ES', scheme === 'dark'],
    ] as const) {
      it(`find no barrier on any screen: ${scheme}, ${device}`, async () => {
        const barriers: string[] = [];
        const waiting = screens.filter(([screen]) => both || changing.has(screen));
        const look = async () => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const [name, options, act] = next;
            const watched = await visit({ ...options, context: { ...size, colorScheme: scheme, locale } });
            await act?.(watched);
            const found = await findBarriers(watched.page);
            barriers.push(...found.map((line) => `${name}: ${line}`));
            const width = await watched.page.evaluate(() => document.documentElement.scrollWidth);
            if (width > (size.viewport?.width ?? 0)) barriers.push(`${name}: ${width} pixels wide`);
            await takeScreenshot(watched.page, `${name}-${scheme}-${device}`);
            await watched.close();
          }
        };
        await Promise.all([look(), look()]);
        expect(barriers).toEqual([]);
      });
    }
  }

  it('is spoken to in Spanish by a Spanish browser, and in English by every other', async () => {
    const spanish = await visit({ context: { locale: 'es-MX' } });
    await spanish.page.getByRole('heading', { name: '¿Cómo se entra?' }).waitFor();
    expect(await spanish.page.evaluate(() => document.documentElement.lang)).toBe('es');
    const french = await visit({ context: { locale: 'fr-FR' } });
    await french.page.getByRole('heading', { name: 'How do you come in?' }).waitFor();
    expect(await french.page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  it('who wants less motion gets none', async () => {
    const { page, fake } = await visit({ fake: room, context: { reducedMotion: 'reduce' } });
    await fake((client) => client.setConnection({ state: 'connecting' }));
    await page.getByText('Connecting…', { exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});

describe('a page older than its relay', () => {
  it('reloads itself once nothing is typed and no dialog open', async () => {
    const { page, fake } = await visit({ fake: room });
    let loads = 0;
    page.on('load', () => void loads++);
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('half a sentence');
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('dialog').waitFor();
    expect(loads).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(loads).toBe(0);
    const reloaded = page.waitForEvent('load');
    await box.fill('');
    await reloaded;
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    // The same news again: it did not help, so it is left at that.
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await fake((client) => client.hear('Ana', 'still here'));
    await page.getByRole('article').filter({ hasText: 'still here' }).waitFor();
    expect(loads).toBe(1);
  });

  it('waits for a line that is being stored', async () => {
    const { page, fake } = await visit({ fake: room });
    let loads = 0;
    page.on('load', () => void loads++);
    await fake((client) =>
      Object.assign(client, {
        send: () => new Promise((resolve) => Object.assign(window, { store: resolve })),
      }),
    );
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('on its way to the disk');
    await box.press('Enter');
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await fake((client) => client.hear('Ana', 'meanwhile'));
    await page.getByRole('article').filter({ hasText: 'meanwhile' }).waitFor();
    expect(loads).toBe(0);
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => (window as unknown as { store(id: string): void }).store('id'));
    await reloaded;
  });
});
