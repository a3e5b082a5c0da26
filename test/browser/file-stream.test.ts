import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../../src/client/files/names.ts';
import {
  attach,
  cardOf,
  drop,
  hashOf,
  rowOf,
  save,
  slowDown,
  watchTraffic,
  withoutPickers,
  withoutStorage,
  writeRandom,
} from './support/files.ts';
import { type Place, settle } from './support/place.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { comeIn, foundRoom, readLink } from './support/talking.ts';
import { clickThrough } from './support/trust.ts';
import { newPage } from './support/visitor.ts';

const MIB = 1 << 20;
const wide = { viewport: { width: 1280, height: 760 }, acceptDownloads: true };

interface Met {
  readonly marta: Page;
  readonly ana: Page;
  /** The largest of what Ana's browser has written so far. */
  written(): number;
}

/** Marta's room, and in it Ana, whose browser has neither pickers nor private storage. */
async function meet(place: Place, go = (page: Page, link: string): Promise<unknown> => page.goto(link)): Promise<Met> {
  const downloads = join(place.folder, 'downloads');
  mkdirSync(downloads);
  const other = await place.openAnother({ downloadsPath: downloads });
  const [marta, ana] = [await newPage(place.browser, wide), await newPage(other, wide)];
  await withoutPickers(ana);
  await withoutStorage(ana);
  await go(marta, place.founder);
  await foundRoom(marta, 'Marta', 'Familia');
  await go(ana, await readLink(marta));
  await comeIn(ana, 'Ana');
  const sizes = () =>
    readdirSync(downloads, { recursive: true }).map((name) => statSync(join(downloads, String(name)), { throwIfNoEntry: false }));
  return { marta, ana, written: () => Math.max(0, ...sizes().map((found) => (found?.isFile() ? found.size : 0))) };
}

/** How much of it the page has fetched, 0 … 1. */
const shareOf = (page: Page, name: string): Promise<number> =>
  rowOf(page, name)
    .getByRole('progressbar')
    .evaluate((element) => (element as HTMLProgressElement).value);

describe('where a browser has neither pickers nor private storage, and a service worker runs', () => {
  it('a file is a download that is written while it comes', async () => {
    const place = await settle();
    const { marta, ana, written } = await meet(place);
    const name = 'second "ñ" 🐦.bin';
    const file = join(place.folder, name);
    const hash = writeRandom(file, 24);
    await attach(marta, file);
    await cardOf(ana, name).waitFor();

    await slowDown(ana, 6_000_000);
    const download = await save(ana, name);
    expect(download.url()).toMatch(/\/stream\/[0-9a-f-]{36}$/);
    await expect.poll(written).toBeGreaterThan(4 * MIB);
    expect(await shareOf(ana, name)).toBeLessThan(0.9);
    await slowDown(ana, 0);
    expect(await hashOf(await download.path())).toBe(hash);
    expect(download.suggestedFilename()).toBe(name.replaceAll('"', '_'));
    await cardOf(ana, name).getByText('saved').waitFor();
  });

  it('a download that is cancelled in the browser ends what fetches it, and one that is cancelled in the page breaks off', async () => {
    const place = await settle();
    const { marta, ana, written } = await meet(place);
    const file = join(place.folder, 'large.bin');
    const hash = writeRandom(file, 24);
    await attach(marta, file);
    await cardOf(ana, 'large.bin').waitFor();

    await slowDown(ana, 3_000_000);
    const first = await save(ana, 'large.bin');
    await expect.poll(written).toBeGreaterThan(MIB);
    await first.cancel();
    await rowOf(ana, 'large.bin').getByText('What was fetched so far is no longer there').waitFor();
    await takeScreenshot(ana, 'files-stream-cancelled-desktop');

    // Begun anew from where it is told, it is a download of its own.
    const second = ana.waitForEvent('download');
    await rowOf(ana, 'large.bin')
      .getByRole('button', { name: /^Try again/ })
      .click();
    await rowOf(ana, 'large.bin')
      .getByRole('button', { name: /^Cancel/ })
      .waitFor();
    const begun = await second;
    await rowOf(ana, 'large.bin')
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await rowOf(ana, 'large.bin').waitFor({ state: 'detached' });
    expect(await begun.failure()).not.toBeNull();

    const third = await save(ana, 'large.bin');
    // Whoever leaves takes with them what alone could open it.
    await Promise.all([ana.reload(), third.failure().then((failure) => expect(failure).not.toBeNull())]);
    await slowDown(ana, 0);
    expect(await hashOf(await (await save(ana, 'large.bin')).path())).toBe(hash);
  });

  it('a hostile name is harmless, and a folder is a ZIP file', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    // As much as a disk lets a name hold: quotes, ends of lines, headers, what turns the reading direction, what looks encoded.
    const hostile = `..\\a";\r\nContent-Type: text%2Fhtml; filename=x.exe\u202efdp'()*é.html`;
    const page = '<script>document.title = "taken"</script>';
    writeFileSync(join(place.folder, hostile), page);
    await attach(marta, join(place.folder, hostile));
    const card = ana.getByRole('article').getByRole('group', { name: /^File: / });
    await card.waitFor();
    const download = ana.waitForEvent('download');
    await card.getByRole('button', { name: /^Save/ }).click();
    const saved = await download;
    expect(readFileSync(await saved.path(), 'utf8')).toBe(page);
    // Chromium takes dots at the front away itself.
    expect(saved.suggestedFilename()).toBe(safeFileName(hostile).replace(/^\.+/, ''));
    expect(saved.suggestedFilename()).not.toMatch(/[\\/":*\r\n\u202e]/);
    expect(await ana.title()).not.toBe('taken');

    const folder = join(place.folder, 'Summer');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeRandom(join(folder, 'deep', 'a.bin'), 3);
    writeFileSync(join(folder, 'ñ 🐦.txt'), 'x'.repeat(700_000));
    await drop(marta, [folder]);
    await cardOf(ana, 'Summer').getByText('2 files').waitFor();
    const zip = await save(ana, 'Summer');
    expect(zip.suggestedFilename()).toBe('Summer.zip');
    const out = join(place.folder, 'out');
    execFileSync('unzip', ['-qq', await zip.path(), '-d', out]);
    execFileSync('diff', ['-r', folder, join(out, 'Summer')]);
  });
});

describe('where a browser has none of them', () => {
  it('a small file is saved from memory, and of a large one a sentence says what to do', async () => {
    const place = await settle({ trusted: false });
    const { marta, ana } = await meet(place, clickThrough);
    const [small, large] = [join(place.folder, 'small.bin'), join(place.folder, 'large.bin')];
    const hash = writeRandom(small, 3);
    writeRandom(large, 65);
    await attach(marta, [small, large]);
    await cardOf(ana, 'large.bin').waitFor({ timeout: 60_000 });
    const download = await save(ana, 'small.bin');
    expect(download.url()).toMatch(/^blob:/);
    expect(await hashOf(await download.path())).toBe(hash);
    const traffic = watchTraffic(ana);
    await cardOf(ana, 'large.bin').getByRole('button', { name: /^Save/ }).click();
    await rowOf(ana, 'large.bin')
      .getByText('This browser lets the page save nothing of this size: use another browser, or the terminal.')
      .waitFor();
    await takeScreenshot(ana, 'files-nowhere-desktop');
    expect(traffic.ranges).toEqual([]);
  });
});
