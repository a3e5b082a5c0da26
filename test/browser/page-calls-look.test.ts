import { describe, expect, it } from 'vitest';
import { findBarriers } from './support/axe.ts';
import { joinCall, three } from './support/calling.ts';
import type { Watched } from './support/fake-page.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { takeScreenshot } from './support/screenshots.ts';

const visit = useFakePage();

const wide = { viewport: { width: 1280, height: 800 } };
const narrow = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

const screens: ReadonlyArray<readonly [name: string, act: (watched: Watched) => Promise<void>]> = [
  [
    'strip',
    async ({ page, fake }) => {
      await fake((client) => client.calls.enter('Ana', { since: Date.now() - 12 * 60_000 }));
      await fake((client) => client.calls.enter('Kofi'));
      await page.locator('main section').first().getByRole('button').waitFor();
    },
  ],
  [
    'ring',
    async ({ page, fake }) => {
      await fake((client) => client.calls.ring('Ana'));
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'before',
    async ({ page, fake }) => {
      await fake((client) => client.calls.enter('Ana'));
      await fake((client) => client.media.setLevel('own', 0.6));
      await page
        .getByRole('button', { name: /^(Call|Join|Llamar|Entrar)$/ })
        .first()
        .click();
      await page.getByRole('dialog').locator('video').waitFor();
      await page.getByRole('dialog').locator('button[aria-expanded]').click();
      await page.getByRole('dialog').locator('select').first().waitFor();
    },
  ],
  [
    'before-nothing',
    async ({ page, fake }) => {
      await fake((client) => client.media.lack('camera', 'camera_denied'));
      await fake((client) => client.media.lack('microphone', 'no_microphone'));
      await page
        .getByRole('button', { name: /^(Call|Join|Llamar|Entrar)$/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('alert').getByRole('paragraph').nth(1).waitFor();
    },
  ],
  ['alone', (watched) => joinCall(watched)],
  ['two', (watched) => joinCall(watched, (client) => client.calls.enter('Ana'))],
  [
    'grid',
    async (watched) => {
      await joinCall(watched, three);
      await watched.fake((client) => client.media.setLevel(client.view('').members[1]?.device ?? '', 0.7));
      await watched.page.locator('li[data-speaking]').waitFor();
    },
  ],
  [
    'many',
    async (watched) => {
      await joinCall(watched, (client) => {
        for (const [i, name] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWX').entries())
          client.calls.enter(`${name}${'aeiou'[i % 5]}${'nrlst'[i % 4]}o`, {
            sources: i % 3 === 2 ? ['microphone'] : ['microphone', 'camera'],
          });
      });
    },
  ],
  [
    'speaker',
    async (watched) => {
      await joinCall(watched, three);
      await watched.page.locator('li', { hasText: 'Kofi' }).getByRole('button').click();
      await watched.page.locator('li[data-role=main]', { hasText: 'Kofi' }).waitFor();
    },
  ],
  [
    'screen',
    async (watched) => {
      await joinCall(watched, (client) => {
        for (const name of ['Ana', 'Kofi', 'Bruno', 'Eva', 'Zoe', 'Ida', 'Olu']) client.calls.enter(name);
        client.calls.enter('Bruno', { sources: ['screen', 'microphone'] });
      });
      await watched.page.locator('li[data-source=screen]').waitFor();
    },
  ],
  [
    'waiting',
    async (watched) => {
      await joinCall(watched, three);
      await watched.fake((client) => client.calls.lose('call_unreachable'));
      await watched.page.locator('section[data-state=waiting]').waitFor();
    },
  ],
  [
    'faults',
    async (watched) => {
      await joinCall(watched, three);
      await watched.fake((client) => client.calls.turn('camera', false));
      await watched.fake((client) => client.media.lack('camera', 'camera_busy'));
      await watched.page.keyboard.press('Control+e');
      await watched.page.locator('section[data-state]').getByRole('alert').getByRole('button').waitFor();
    },
  ],
  [
    'unsealed',
    async (watched) => {
      await joinCall(watched, three);
      await watched.fake((client) => {
        const error = Object.assign(new Error('call_unsealed'), { code: 'call_unsealed', detail: {} });
        client.emit({ event: 'error', room: client.rooms()[0] ?? '', error: error as never });
      });
      await watched.page.getByRole('alertdialog').waitFor();
    },
  ],
  [
    'sealed',
    async (watched) => {
      await joinCall(watched, three);
      await watched.page.locator('section[data-state] header button').click();
      await watched.page.getByRole('dialog').waitFor();
    },
  ],
  [
    'talk',
    async (watched) => {
      await joinCall(watched, three);
      const talk = watched.page.locator('[data-call-controls] button[aria-pressed]').last();
      await talk.click();
    },
  ],
];

// Every screen in two of the four combinations; those that look different by size in all.
const changing = new Set(['before', 'grid', 'screen', 'talk']);

describe('calls find no barrier and nothing too wide', () => {
  for (const scheme of ['light', 'dark'] as const) {
    for (const [device, size, locale] of [
      ['desktop', wide, 'en-GB'],
      ['phone', narrow, 'es-ES'],
    ] as const) {
      it(`${scheme}, ${device}`, async () => {
        const barriers: string[] = [];
        const whole = (scheme === 'light') === (device === 'desktop');
        const waiting = screens.filter(([name]) => whole || changing.has(name));
        const look = async () => {
          for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
            const [name, act] = next;
            const watched = await visit({ fake: room, context: { ...size, colorScheme: scheme, locale } });
            await act(watched);
            const found = await findBarriers(watched.page);
            barriers.push(...found.map((line) => `${name}: ${line}`));
            const width = await watched.page.evaluate(() => document.documentElement.scrollWidth);
            if (width > size.viewport.width) barriers.push(`${name}: ${width} pixels wide`);
            await takeScreenshot(watched.page, `call-${name}-${scheme}-${device}`);
            await watched.close();
          }
        };
        await Promise.all([look(), look()]);
        expect(barriers).toEqual([]);
      });
    }
  }
});
