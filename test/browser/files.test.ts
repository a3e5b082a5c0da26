import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  attach,
  cardOf,
  drop,
  hashOf,
  makeFilm,
  makePdf,
  rowOf,
  save,
  slowDown,
  watchTraffic,
  withoutPickers,
  writeRandom,
} from './support/files.ts';
import { type Place, settle } from './support/place.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { comeIn, foundRoom, lineOf, readLink, say } from './support/talking.ts';
import { clickThrough } from './support/trust.ts';
import { newPage } from './support/visitor.ts';

const wide = { viewport: { width: 1280, height: 760 }, acceptDownloads: true };

/** Marta has opened a room, and Ana came in by its link. Neither browser lets a page choose a place to save to. */
async function meet(
  place: Place,
  go = (page: Page, link: string): Promise<unknown> => page.goto(link),
): Promise<{ marta: Page; ana: Page }> {
  const [marta, ana] = [await newPage(place.browser, wide), await newPage(place.browser, wide)];
  for (const page of [marta, ana]) {
    await withoutPickers(page);
    // Who leaves while a file goes up is asked, and here means it.
    page.on('dialog', (dialog) => void dialog.accept());
  }
  await go(marta, place.founder);
  await foundRoom(marta, 'Marta', 'Familia');
  await go(ana, await readLink(marta));
  await comeIn(ana, 'Ana');
  return { marta, ana };
}

describe('files between two browsers', () => {
  it('go up by the chooser and by a drop, and come down the same, by the file port where it is trusted', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const traffic = watchTraffic(marta);
    const [first, second] = [join(place.folder, 'first.bin'), join(place.folder, 'second "ñ" 🐦.bin')];
    const hashes = [writeRandom(first, 9), writeRandom(second, 3)];
    const nothing = join(place.folder, 'nothing.txt');
    writeFileSync(nothing, '');

    await attach(marta, [first, nothing]);
    await cardOf(ana, 'first.bin').waitFor();
    await drop(marta, [second], { release: false });
    await marta.getByText('Drop it to send it to ⁨Familia⁩').waitFor();
    await takeScreenshot(marta, 'files-drop-desktop');
    await drop(marta, [second]);
    await marta.getByText('Drop it to send it').waitFor({ state: 'detached' });
    await cardOf(ana, 'second "ñ" 🐦.bin').waitFor();
    expect([...traffic.origins].map((origin) => new URL(origin).port)).not.toContain(String(place.ports.web));
    expect(traffic.origins.size).toBe(1);

    // It is chat that nobody has to wait for.
    await say(ana, 'got them');
    await lineOf(marta, 'got them').waitFor();
    for (const [i, name] of ['first.bin', 'second "ñ" 🐦.bin'].entries()) {
      const download = await save(ana, name);
      expect(await hashOf(await download.path())).toBe(hashes[i]);
      // What no system takes in a name is gone from it.
      expect(download.suggestedFilename()).toBe(name.replaceAll('"', '_'));
      await cardOf(ana, name).getByText('saved').waitFor();
    }
    expect(readFileSync(await (await save(ana, 'nothing.txt')).path())).toHaveLength(0);

    // Taken back, it is gone for all.
    await cardOf(marta, 'first.bin').getByRole('button', { name: /^More/ }).click();
    await marta.getByRole('menuitem', { name: 'Delete for everybody' }).click();
    await marta.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await ana.getByText('⁨Marta⁩ deleted a file').waitFor();
    await marta.getByText('You deleted a file').waitFor();
    expect(await cardOf(ana, 'first.bin').count()).toBe(0);
  });

  it('can be paused, gone on with and cancelled, and survive a reload of the sender’s page', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const traffic = watchTraffic(marta);
    const file = join(place.folder, 'film.bin');
    const other = join(place.folder, 'other', 'film.bin');
    mkdirSync(join(place.folder, 'other'));
    const hash = writeRandom(file, 40);
    writeRandom(other, 40);

    await slowDown(marta, 6_000_000);
    await attach(marta, file);
    const row = rowOf(marta, 'film.bin');
    await expect.poll(() => traffic.parts.length, { timeout: 30_000 }).toBeGreaterThan(1);
    await row.getByRole('button', { name: /^Pause/ }).click();
    await row.getByText('Paused').waitFor();
    const bar = row.getByRole('progressbar');
    const value = () => bar.evaluate((element) => (element as HTMLProgressElement).value);
    const stood = await value();
    expect(stood).toBeGreaterThan(0);
    await takeScreenshot(marta, 'files-paused-desktop');
    await row.getByRole('button', { name: /^Go on/ }).click();
    await expect.poll(value).toBeGreaterThan(stood);

    const asked = marta.waitForEvent('dialog');
    await marta.reload();
    expect((await asked).type()).toBe('beforeunload');
    await slowDown(marta, 0);
    await row.getByText('Choose the same file again').waitFor();
    await takeScreenshot(marta, 'files-absent-desktop');
    const choose = async (path: string) => {
      const chooser = marta.waitForEvent('filechooser');
      await row.getByRole('button', { name: 'Choose the file' }).click();
      await (await chooser).setFiles(path);
    };
    await choose(other);
    await row.getByText('The file was changed').waitFor();
    traffic.parts.splice(0);
    await choose(file);
    await cardOf(ana, 'film.bin').waitFor();
    // It went on where it stood: not from the beginning.
    expect(Math.min(...traffic.parts)).toBeGreaterThan(4_000_000);
    expect(await hashOf(await (await save(ana, 'film.bin')).path())).toBe(hash);

    await slowDown(marta, 2_000_000);
    const parts = traffic.parts.length;
    const third = join(place.folder, 'third.bin');
    writeRandom(third, 20);
    await attach(marta, third);
    await expect.poll(() => traffic.parts.length).toBeGreaterThan(parts);
    await rowOf(marta, 'third.bin')
      .getByRole('button', { name: /^Cancel/ })
      .click();
    await rowOf(marta, 'third.bin').waitFor({ state: 'detached' });
    await slowDown(marta, 0);
    await expect.poll(() => traffic.methods.at(-1)).toBe('DELETE');
    expect(await cardOf(marta, 'third.bin').count()).toBe(0);
  });

  it('come down in the end, whatever is reloaded meanwhile', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const file = join(place.folder, 'large.bin');
    const hash = writeRandom(file, 56);
    await attach(marta, file);
    await cardOf(ana, 'large.bin').waitFor();
    const traffic = watchTraffic(ana);
    await slowDown(ana, 8_000_000);
    await cardOf(ana, 'large.bin').getByRole('button', { name: /^Save/ }).click();
    await rowOf(ana, 'large.bin').waitFor();
    const value = () =>
      rowOf(ana, 'large.bin')
        .getByRole('progressbar')
        .evaluate((element) => (element as HTMLProgressElement).value);
    await expect.poll(value, { timeout: 60_000 }).toBeGreaterThan(0.4);
    const download = ana.waitForEvent('download', { timeout: 120_000 });
    traffic.ranges.splice(0);
    await ana.reload();
    await slowDown(ana, 0);
    expect(await hashOf(await (await download).path())).toBe(hash);
    expect(Math.min(...traffic.ranges)).toBeGreaterThan(16_000_000);
  });

  it('are whole folders too: as a ZIP file, or into a folder where the browser lets a page choose one', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const folder = join(place.folder, 'Summer');
    const inside = { 'a.txt': 'first', 'deep/er/b.txt': 'second', 'deep/empty.txt': '', 'ñ 🐦.txt': 'x'.repeat(700_000) };
    for (const [path, text] of Object.entries(inside)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, 'hollow'));
    await drop(marta, [folder]);
    await cardOf(ana, 'Summer').getByText('5 files').waitFor();
    const download = await save(ana, 'Summer');
    expect(download.suggestedFilename()).toBe('Summer.zip');
    const out = join(place.folder, 'out');
    mkdirSync(out);
    execFileSync('unzip', ['-qq', await download.path(), '-d', out]);
    execFileSync('diff', ['-r', folder, join(out, 'Summer')]);

    // A folder of the browser's own stands in for one of the disk: it is the same kind of handle.
    await ana.evaluate(() => Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() }));
    await cardOf(ana, 'Summer').getByRole('button', { name: /^Save/ }).click();
    await expect
      .poll(() =>
        ana.evaluate(async () => {
          type Walkable = AsyncIterable<[string, FileSystemDirectoryHandle | FileSystemFileHandle]>;
          const found: Record<string, string> = {};
          const walk = async (at: FileSystemDirectoryHandle, path: string): Promise<void> => {
            for await (const [name, handle] of at as unknown as Walkable) {
              if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
              else found[path + name] = await (await handle.getFile()).text();
            }
          };
          const root = await navigator.storage.getDirectory();
          await walk(await root.getDirectoryHandle('Summer'), '').catch(() => {});
          return found;
        }),
      )
      .toEqual(inside);
  });

  it('go where a person chooses, where the browser asks', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const file = join(place.folder, 'notes.bin');
    const hash = writeRandom(file, 5);
    await attach(marta, file);
    await cardOf(ana, 'notes.bin').waitFor();
    await ana.evaluate(() =>
      Object.assign(window, {
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
      }),
    );
    await cardOf(ana, 'notes.bin').getByRole('button', { name: /^Save/ }).click();
    await cardOf(ana, 'notes.bin').getByText('saved').waitFor();
    const saved = await ana.evaluate(async () => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle('notes.bin');
      const digest = await crypto.subtle.digest('SHA-256', await (await handle.getFile()).arrayBuffer());
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    });
    expect(saved).toBe(hash);
  });
});

describe('films and pictures', () => {
  it('play while they load, from anywhere in them, where a service worker runs', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    const film = makeFilm(join(place.folder, 'film.mp4'), 60);
    const size = readFileSync(film).length;
    expect(size).toBeGreaterThan(20_000_000);
    await attach(marta, film);
    const card = cardOf(ana, 'film.mp4');
    await card.getByText('1:00').waitFor();
    const traffic = watchTraffic(ana);
    await card.getByRole('button', { name: /^Play/ }).click();
    const video = ana.locator('video');
    const time = () => video.evaluate((element) => (element as HTMLVideoElement).currentTime);
    await expect.poll(time, { timeout: 30_000 }).toBeGreaterThan(0.5);
    expect(await video.getAttribute('src')).toMatch(/^\/stream\//);
    expect(traffic.fetched).toBeLessThan(size * 0.9);
    await video.evaluate((element) => ((element as HTMLVideoElement).currentTime = 50));
    await expect.poll(time, { timeout: 30_000 }).toBeGreaterThan(50.3);
    await takeScreenshot(ana, 'files-film-desktop');
    await ana.keyboard.press('Escape');
    await video.waitFor({ state: 'detached' });
  });

  it('are seen small before they are fetched, documents too', async () => {
    const place = await settle();
    const { marta, ana } = await meet(place);
    await attach(marta, [makePdf(join(place.folder, 'plan.pdf'), 'Plan'), makeFilm(join(place.folder, 'short.mp4'), 2)]);
    for (const name of ['plan.pdf', 'short.mp4']) {
      const picture = cardOf(ana, name).locator('img');
      await picture.waitFor();
      // Not one colour alone: something was drawn.
      const colours = await picture.evaluate(async (element) => {
        const image = element as HTMLImageElement;
        await image.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
        pen.drawImage(image, 0, 0);
        const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(Array.from({ length: data.length / 4 }, (_, i) => `${(data[i * 4] ?? 0) >> 6} ${(data[i * 4 + 1] ?? 0) >> 6}`)).size;
      });
      expect(colours).toBeGreaterThan(2);
    }
    await takeScreenshot(ana, 'files-previews-desktop');
  });

  it('play all the same, and files travel by the page’s own port, where the certificate was clicked through', async () => {
    const place = await settle({ trusted: false });
    const { marta, ana } = await meet(place, clickThrough);
    // Chromium takes such an exception for all ports of a host, others for the one alone.
    for (const page of [marta, ana])
      await page.route(
        (url) => url.pathname.startsWith('/files/') && url.port !== String(place.ports.web),
        (route) => route.abort('connectionfailed'),
      );
    const traffic = watchTraffic(ana);
    const film = makeFilm(join(place.folder, 'film.mp4'), 6);
    const file = join(place.folder, 'plain.bin');
    const hash = writeRandom(file, 9);
    await attach(marta, [film, file]);
    await cardOf(ana, 'film.mp4').getByRole('button', { name: /^Play/ }).click();
    const video = ana.locator('video');
    await expect
      .poll(() => video.evaluate((element) => (element as HTMLVideoElement).currentTime), { timeout: 30_000 })
      .toBeGreaterThan(0.5);
    expect(await video.getAttribute('src')).toMatch(/^blob:/);
    await ana.keyboard.press('Escape');
    expect(await hashOf(await (await save(ana, 'plain.bin')).path())).toBe(hash);
    expect(traffic.fetchedFrom).toEqual(new Set([new URL(place.founder).origin]));
    expect(await ana.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  });
});
