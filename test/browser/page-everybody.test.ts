import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { desktop, phone } from './support/chromium.ts';
import { FRAGMENT, ROOM, type Watched } from './support/fake-page.ts';
import { room, useFakePage, type VisitOptions } from './support/fake-site.ts';
import { takeScreenshot } from './support/screenshots.ts';

const visit = useFakePage();
const several = {
  ...room,
  lines: 20,
  direct: [
    { with: 'Ana', lines: 6, readUpTo: 4 },
    { with: 'Kofi', lines: 2 },
  ],
};

/** Where it does not stand beside the room. */
async function openList(page: Page): Promise<void> {
  if (await page.getByRole('navigation').isVisible()) return;
  await page.locator('header button').first().click();
  await page.getByRole('dialog').waitFor();
}

async function openMember({ page }: Watched): Promise<void> {
  if (!(await page.getByRole('complementary').isVisible())) await page.locator('header button').nth(1).click();
  await page.getByRole('button', { name: /^Ana/ }).first().click();
  await page.getByRole('menu').waitFor();
}

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
    for (let i = 0; i < 8; i++) {
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
    expect(walk.slice(0, 4)).toEqual(['Invite', 'Call', 'More', 'Conversation']);
    expect(walk).toContain('Message');
    expect(walk).toContain('Change my name');
    expect(before).not.toBe('');

    await page.getByRole('button', { name: 'More', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Change my name' }).waitFor();
    await expect.poll(focused).toContain('Change my name');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toContain('Leave the room');
    await page.keyboard.press('Home');
    await expect.poll(focused).toContain('Change my name');
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

  it('can let in, compare and begin a conversation of two with the keyboard alone', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 8 }, context: desktop });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await fake((client) => client.knockAt('Lena'));
    const strip = page.getByRole('region', { name: 'At the door' });
    await strip.waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).focus();
    // The strip stands before the conversation.
    for (let i = 0; i < 2; i++) await page.keyboard.press('Tab');
    if ((await focused()) !== 'Let in') await page.keyboard.press('Tab');
    await expect.poll(focused).toBe('Let in');
    await page.keyboard.press('Enter');
    await strip.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');

    const choose = async (arrows: number) => {
      await page.getByRole('complementary').getByRole('button', { name: /^Ana/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menu').waitFor();
      await expect.poll(focused).toContain('Message');
      for (let i = 0; i < arrows; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    };
    await choose(1);
    await page.getByRole('dialog', { name: 'Is this really' }).waitFor();
    const same = page.getByRole('button', { name: 'They are the same' });
    for (let i = 0; i < 6 && !(await same.evaluate((button) => button === document.activeElement)); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'This is' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose(0);
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  });

  const screens: ReadonlyArray<readonly [name: string, options: VisitOptions, act?: (watched: Watched) => Promise<void>]> = [
    ['outside', { fake: { inside: false, front: 'missing' } }],
    ['knock', {}],
    ['open-door', { fake: { inside: false, front: 'open' } }],
    ['closed-door', { fake: { inside: false, front: 'closed' } }],
    ['at-the-door', { fake: { inside: false, knocking: true, name: 'Lena' } }],
    [
      'refused',
      { fake: { inside: false, knocking: true, name: 'Lena' } },
      async ({ page, fake }) => {
        await fake((client) => client.refuse());
        await page.getByRole('textbox').waitFor();
      },
    ],
    [
      'knocks',
      { fake: { ...room, access: 'open' } },
      async ({ page, fake }) => {
        await fake((client) => client.knockAt('Lena'));
        await fake((client) => client.knockAt('Iñaki'));
        await page.getByText('Iñaki', { exact: true }).waitFor();
      },
    ],
    ['rooms', { fake: several }, ({ page }) => openList(page)],
    [
      'direct',
      { fake: several },
      async ({ page, fake }) => {
        await fake((client) => client.verify(client.view('').members[1]?.device ?? '', 'words'));
        await openList(page);
        await page.getByRole('navigation').getByRole('button', { name: 'Ana' }).click();
        await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
      },
    ],
    [
      'gone',
      { fake: several },
      async ({ page, fake }) => {
        await openList(page);
        await page.getByRole('navigation').getByRole('button', { name: 'Ana' }).click();
        await fake((client) => {
          const [, direct = ''] = client.rooms();
          client.setView({ members: client.view(direct).members.filter(({ own }) => own) }, direct);
        });
        await page.locator('footer').getByRole('button').waitFor();
      },
    ],
    ['member', { fake: room }, openMember],
    [
      'compare',
      { fake: room },
      async (watched) => {
        await openMember(watched);
        await watched.page.getByRole('menuitem').nth(1).click();
        await watched.page.getByRole('radio').first().waitFor({ state: 'attached' });
      },
    ],
    [
      'compare-code',
      { fake: room },
      async (watched) => {
        await openMember(watched);
        await watched.page.getByRole('menuitem').nth(1).click();
        await watched.page.getByRole('radio').first().press('ArrowRight');
        await watched.page.getByRole('dialog').getByRole('img').waitFor();
      },
    ],
    [
      'compared',
      { fake: room },
      async (watched) => {
        await openMember(watched);
        await watched.page.getByRole('menuitem').nth(1).click();
        await watched.page.getByRole('dialog').getByRole('button').last().click();
        await watched.page.getByRole('dialog').getByRole('heading', { level: 3 }).waitFor();
      },
    ],
    [
      'network',
      { fake: room },
      async ({ page }) => {
        await page.route('**/api/**', (route) =>
          route.fulfill({ json: { serverIP: '192.168.1.20', interfaces: [{ address: '10.0.0.7' }], ip: '192.168.1.34' } }),
        );
        await page.locator('header button').last().click();
        await page.getByRole('menuitem').nth(2).click();
        await page.getByRole('dialog').getByRole('img').waitFor();
      },
    ],
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
        await page.locator('footer button').last().click();
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
  const changing = new Set(['door', 'room', 'trouble', 'people', 'knocks', 'rooms', 'direct', 'at-the-door']);
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
    await spanish.page.getByRole('heading', { name: 'Llama a la puerta' }).waitFor();
    expect(await spanish.page.evaluate(() => document.documentElement.lang)).toBe('es');
    const french = await visit({ context: { locale: 'fr-FR' } });
    await french.page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    expect(await french.page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  it('who wants less motion gets none', async () => {
    const { page, fake } = await visit({ fake: room, context: { reducedMotion: 'reduce' } });
    await fake((client) => client.setConnection({ state: 'connecting' }));
    await page.getByText('Connecting…', { exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});
