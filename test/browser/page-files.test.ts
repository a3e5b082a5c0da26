import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { FakeFile } from '../../src/web/dev/fake-files.ts';
import { findBarriers } from './support/axe.ts';
import { phone } from './support/chromium.ts';
import type { Watched } from './support/fake-page.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { cardOf, rowOf } from './support/files.ts';
import { paint } from './support/pictures.ts';
import { takeScreenshot } from './support/screenshots.ts';

const visit = useFakePage();
const ROOM = '00112233445566778899aabbccddeeff';
const wide = { viewport: { width: 1280, height: 800 } };
const dark = { colorScheme: 'dark' } as const;

/** Files as JSON can carry them into the page. */
type Sent = Omit<FakeFile, 'preview' | 'bytes'> & {
  readonly picture?: number[];
  readonly duration?: number;
  readonly data?: number[];
  readonly svg?: string;
};

/** @returns the ids */
async function share(page: Page, files: readonly Sent[]): Promise<string[]> {
  await page.getByRole('textbox', { name: /^(Message|Mensaje)$/ }).waitFor();
  return page.evaluate(
    (sent) =>
      sent.map(({ picture, duration = null, data, svg, ...file }) => {
        const preview = picture
          ? { width: 3200, height: 2130, duration, picture: { type: 'image/webp' as const, data: new Uint8Array(picture) } }
          : duration === null
            ? null
            : { width: null, height: null, duration, picture: null };
        const bytes = svg === undefined ? (data ? { bytes: new Uint8Array(data) } : {}) : { bytes: new TextEncoder().encode(svg) };
        return window.fake?.share({ ...file, preview, ...bytes }) ?? '';
      }),
    files,
  );
}

const callsOf = (page: Page, method: string): Promise<string[]> =>
  page.evaluate((wanted) => window.fake?.asked.filter((call) => call.startsWith(wanted)) ?? [], `files.${method} `);

/** Somebody's things of every kind. */
async function fill({ page }: Watched): Promise<void> {
  const pictures = await Promise.all(
    [0, 1, 2, 3, 4, 5, 6].map((seed) => paint(page, seed, 320, seed % 3 === 1 ? 400 : 213, 'image/webp', 0.7)),
  );
  const at = Date.now() - 3_600_000;
  await share(page, [
    ...pictures.slice(2).map((picture, i) => ({
      by: i % 2 === 0 ? 'Ana' : 'Kofi',
      name: `IMG_2026051${i}_1402${i}.${i === 2 ? 'mp4' : 'jpg'}`,
      type: i === 2 ? 'video/mp4' : 'image/jpeg',
      size: 2_345_678 + i * 777_777,
      picture,
      at,
      ...(i === 2 ? { duration: 84_000 } : {}),
    })),
    {
      by: 'Ana',
      name: 'Panorama from the roof of the old lighthouse, second try.jpg',
      type: 'image/jpeg',
      size: 4_512_345,
      picture: pictures[0] as number[],
    },
    { by: 'Ana', name: 'Reunión de vecinos — acta definitiva (versión 3 corregida).pdf', type: 'application/pdf', size: 482_110 },
    { by: 'Kofi', name: 'song.mp3', type: 'audio/mpeg', size: 5_300_100, duration: 214_000 },
    { name: 'Summer videos', files: 214, size: 20_400_000_000 },
  ]);
}

describe('files in the conversation', () => {
  it.each([
    ['wide', wide],
    ['wide-dark', { ...wide, ...dark }],
    ['phone', phone],
    ['phone-dark', { ...phone, ...dark }],
  ])('are drawn without a barrier: %s', async (look, context) => {
    const watched = await visit({ fake: { ...room, lines: 4 }, context });
    const { page } = watched;
    await fill(watched);
    await cardOf(page, 'Summer videos').getByText('20 GB · 214 files').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(context.viewport?.width);
    await takeScreenshot(page, `files-cards-${look}`);
    await page.evaluate((here) => {
      const files = window.fake?.files;
      if (!files) return;
      files.add({ room: here, direction: 'up', name: 'Holiday film, uncut, second camera.mov', total: 4_200_000_000, done: 1_300_000_000 });
      files.add({ room: here, direction: 'down', name: 'song.mp3', total: 5_300_100, state: 'paused', done: 2_000_000 });
      files.add({ room: here, direction: 'up', name: 'backup.tar', total: 9_300_100, state: 'absent', done: 2_000_000 });
      files.add({ room: here, direction: 'up', name: 'later', folder: true, total: 123_000, state: 'waiting' });
    }, ROOM);
    await page.getByText('2 files on their way').waitFor();
    await rowOf(page, 'backup.tar').getByRole('button', { name: 'Choose the file' }).waitFor();
    await rowOf(page, 'later').getByText('Folder', { exact: true }).waitFor({ state: 'attached' });
    expect(await rowOf(page, 'backup.tar').getByText('Folder', { exact: true }).count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, `files-tray-${look}`);
    await page.getByRole('button', { name: /Show less/ }).click();
    await rowOf(page, 'later').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    const dialog = page.getByRole('dialog', { name: 'Files' });
    await dialog.getByRole('button').nth(5).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, `files-gallery-${look}`);
    await dialog.getByText('All', { exact: true }).click();
    await dialog.getByRole('group').nth(8).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, `files-all-${look}`);
  });

  it('do not keep a slow phone from the end of the conversation, when it gets to know late how high they are', async () => {
    const watched = await visit({
      fake: { ...room, lines: 4 },
      context: phone,
      before: (page) =>
        page.addInitScript(() => {
          window.ResizeObserver = class extends ResizeObserver {
            constructor(look: ResizeObserverCallback) {
              super((...seen) => void setTimeout(() => look(...seen), 400));
            }
          };
        }),
    });
    await fill(watched);
    await cardOf(watched.page, 'Summer videos').getByText('20 GB · 214 files').waitFor();
    expect(await watched.page.getByRole('button', { name: /newest/ }).count()).toBe(0);
  });

  it('speak Spanish', async () => {
    const watched = await visit({ fake: { ...room, lines: 2 }, context: { ...phone, locale: 'es-MX' } });
    const { page } = watched;
    await fill(watched);
    await page.getByRole('button', { name: 'Más: ⁨Summer videos⁩' }).click();
    await page.getByRole('menuitem', { name: 'Borrar para todos' }).click();
    await page.getByRole('dialog', { name: '¿Borrar este archivo para todos?' }).waitFor();
    await takeScreenshot(page, 'files-delete-phone-es');
  });

  it('hold back what a name tries', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 }, context: phone });
    await share(page, [
      { by: 'Eve', name: 'invoice\u202Efdp.exe', size: 1 },
      { by: 'Eve', name: `${'a'.repeat(4000)}.pdf`, size: 1 },
      { by: 'Eve', name: '<img src=x onerror=alert(1)>.txt', size: 1 },
      { by: 'سلمى', name: 'تقرير الاجتماع السنوي النهائي.pdf', size: 1 },
    ]);
    await page.getByText('invoice�fdp.exe').first().waitFor();
    expect(await page.locator('article img').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await takeScreenshot(page, 'files-names-phone');
  });

  it('never open what could hold a script', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 } });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const ids = await share(page, [
      { by: 'Eve', name: 'drawing.svg', type: 'image/svg+xml', svg },
      { by: 'Eve', name: 'page.html', type: 'text/html', svg },
      { by: 'Eve', name: 'page.png', type: 'text/html', svg },
      { by: 'Eve', name: 'lies.png', type: 'image/png', svg },
    ]);
    for (const name of ['drawing.svg', 'page.html', 'page.png']) {
      await cardOf(page, name).waitFor();
      expect(await cardOf(page, name).getByRole('button').count()).toBe(1);
    }
    // One that says it is a picture is tried as that, and nothing else.
    await page.evaluate((file) => window.fake?.emit({ event: 'changed', room: file ?? '' }), ids[3]);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    await page.getByRole('button', { name: 'Open: ⁨lies.png⁩' }).click();
    await page.getByRole('alert').filter({ hasText: 'This browser cannot show it' }).waitFor();
  });
});

describe('sending', () => {
  const image = async (page: Page) => Buffer.from(await paint(page, 3, 2400, 1600, 'image/jpeg'));

  it('makes a small picture first, shows how far it is, and says when it begins and ends', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 }, context: wide });
    const said = page.locator('output.said').filter({ hasText: /beach/ });
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach' }).click();
    await takeScreenshot(page, 'files-attach-desktop');
    await page.getByRole('menuitem', { name: 'Files' }).click();
    await (await chooser).setFiles({ name: 'beach.jpg', mimeType: 'image/jpeg', buffer: await image(page) });
    const row = rowOf(page, 'beach.jpg');
    await row.getByRole('progressbar', { name: 'beach.jpg' }).waitFor();
    await expect.poll(() => callsOf(page, 'upload')).toHaveLength(1);
    expect((await callsOf(page, 'upload'))[0]).toMatch(/^files\.upload beach\.jpg \d+ with a preview$/);
    expect(await said.innerText()).toBe('Sending beach.jpg');
    const [transfer] = await page.evaluate(() => window.fake?.files.transfers() ?? []);
    const move = (change: object) =>
      page.evaluate(([id, to]) => window.fake?.files.move(id as string, to as object), [transfer?.id, change]);
    await move({ done: 20_000 });
    await row.getByText(/20 of \d+ kB/).waitFor();
    expect(await said.innerText()).toBe('Sending beach.jpg');
    await row.getByRole('button', { name: /^Pause/ }).click();
    await row.getByText('Paused').waitFor();
    await row.getByRole('button', { name: /^Go on/ }).click();
    await move({ state: 'done' });
    await row.getByText('Sent').waitFor();
    expect(await said.innerText()).toBe('Sent: beach.jpg');
    const card = cardOf(page, 'beach.jpg');
    await card.getByRole('button', { name: 'Open: ⁨beach.jpg⁩' }).waitFor();
    const preview = await page.evaluate(async () => {
      const [item] = (await window.fake?.files.list('00112233445566778899aabbccddeeff')) ?? [];
      const { width, height, picture } = item?.file.preview ?? {};
      return { width, height, type: picture?.type, bytes: picture?.data.length ?? 0 };
    });
    expect(preview).toMatchObject({ width: 2400, height: 1600, type: 'image/webp' });
    expect(preview.bytes).toBeGreaterThan(500);
    expect(preview.bytes).toBeLessThanOrEqual(24 * 1024);
    await row.waitFor({ state: 'detached' });
  });

  it('says what went wrong, and can be tried again or let be', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 }, context: phone });
    await page.evaluate(() => window.fake?.failNext('files.upload', 'room_storage_full'));
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach' }).click();
    await takeScreenshot(page, 'files-attach-phone');
    // A phone has a camera to ask for.
    await page.getByRole('menuitem', { name: 'Take a picture' }).waitFor();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    await (await chooser).setFiles({ name: 'a.bin', mimeType: '', buffer: Buffer.alloc(10) });
    const row = rowOf(page, 'a.bin');
    await row.getByText('This room has no space left').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'files-failed-phone');
    await row.getByRole('button', { name: 'Try again: ⁨a.bin⁩' }).click();
    await row.getByRole('progressbar').waitFor();
    await row.getByRole('button', { name: /^Cancel/ }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('takes what is pasted, but for texts that bring a picture of themselves', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 } });
    const paste = (kinds: readonly string[]) =>
      page.evaluate((wanted) => {
        const data = new DataTransfer();
        if (wanted.includes('picture')) data.items.add(new File([new Uint8Array(3)], 'image.png', { type: 'image/png' }));
        if (wanted.includes('text')) data.setData('text/plain', 'a cell');
        const box = document.querySelector('textarea');
        return box?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      }, kinds);
    expect(await paste(['text', 'picture'])).toBe(true);
    expect(await paste(['text'])).toBe(true);
    expect(await paste(['picture'])).toBe(false);
    await expect.poll(() => callsOf(page, 'upload')).toHaveLength(1);
    expect((await callsOf(page, 'upload'))[0]).toMatch(/^files\.upload Pasted \d\d?\.\d\d( [AP]M)?\.png 3 without$/i);
  });

  it('opens the chooser by /upload, and goes to all files by /files', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 } });
    const box = page.getByRole('textbox', { name: 'Message' });
    const chooser = page.waitForEvent('filechooser');
    await box.fill('/upload');
    await box.press('Enter');
    await (await chooser).setFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await expect.poll(() => callsOf(page, 'upload')).toHaveLength(1);
    await box.fill('/files');
    await box.press('Enter');
    await page.getByRole('dialog', { name: 'Files' }).getByText('no pictures or videos').waitFor();
  });

  it('takes nothing where nobody would get it, and stays where it is', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 2 } });
    await fake((client) => client.setView({ phase: 'left' }));
    await page.getByText('You left this room').waitFor();
    const url = page.url();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.txt'));
      for (const type of ['dragenter', 'dragover', 'drop'])
        setTimeout(() => document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })));
    });
    await page.getByText('Nothing can be sent here').waitFor({ state: 'detached' });
    expect(page.url()).toBe(url);
    expect(await callsOf(page, 'upload')).toEqual([]);
  });
});

describe('looking at pictures', () => {
  it('goes about the gallery and from one to the next by keys, and ends where it began', async () => {
    const watched = await visit({ fake: { ...room, lines: 2 }, context: wide });
    const { page } = watched;
    const data = await Promise.all([1, 2, 3].map((seed) => paint(page, seed, 1600, 1000, 'image/jpeg')));
    const small = await Promise.all([1, 2, 3].map((seed) => paint(page, seed, 320, 200, 'image/webp', 0.7)));
    await share(
      page,
      data.map((bytes, i) => ({ by: 'Ana', name: `${i + 1}.jpg`, type: 'image/jpeg', data: bytes, picture: small[i] as number[] })),
    );
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    const tile = (name: string) => page.getByRole('dialog', { name: 'Files' }).getByRole('button', { name: `Open: ⁨${name}⁩` });
    await tile('3.jpg').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => tile('2.jpg').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    const shown = (name: string) => page.getByRole('dialog', { name }).getByRole('img', { name });
    await shown('2.jpg').waitFor();
    expect(await shown('2.jpg').evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1600);
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'files-viewer-desktop');
    await page.keyboard.press('ArrowRight');
    await shown('3.jpg').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await shown('1.jpg').waitFor();
    await page.getByText('1 of 3').waitFor();
    await page.keyboard.press('Escape');
    await shown('1.jpg').waitFor({ state: 'detached' });
    await tile('1.jpg').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Files' }).waitFor({ state: 'detached' });
  });

  it('says so where the host has it no more, also on the card', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 }, context: phone });
    const [id] = await share(page, [
      { by: 'Ana', name: 'lost.jpg', type: 'image/jpeg', size: 1_000, picture: await paint(page, 4, 320, 200, 'image/webp', 0.7) },
    ]);
    await page.evaluate((file) => window.fake?.files.breakFile(file ?? '', 'file_gone'), id);
    await cardOf(page, 'lost.jpg').getByRole('button', { name: /^Open/ }).click();
    await page.getByRole('alert').filter({ hasText: 'The host does not have this file any more' }).waitFor();
    await takeScreenshot(page, 'files-gone-viewer-phone');
    await page.keyboard.press('Escape');
    await cardOf(page, 'lost.jpg').getByText('No longer at the host').waitFor();
    expect(await cardOf(page, 'lost.jpg').getByRole('button').count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await takeScreenshot(page, 'files-gone-phone');
  });

  it('takes back an own file after asking', async () => {
    const { page } = await visit({ fake: { ...room, lines: 2 }, context: wide });
    await share(page, [
      { name: 'mine.zip', size: 5 },
      { by: 'Ana', name: 'theirs.zip', size: 5 },
    ]);
    expect(await cardOf(page, 'theirs.zip').getByRole('button', { name: /^More/ }).count()).toBe(0);
    const remove = async () => {
      await cardOf(page, 'mine.zip').getByRole('button', { name: /^More/ }).click();
      await page.getByRole('menuitem', { name: 'Delete for everybody' }).click();
    };
    await remove();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await remove();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('You deleted a file').waitFor();
    expect(await cardOf(page, 'mine.zip').count()).toBe(0);
    await takeScreenshot(page, 'files-deleted-desktop');
  });
});
