import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { keepNoBodies } from './support/bodies.ts';
import { chromiumArgs, chromiumPath } from './support/chromium.ts';
import { attach, cardOf, hashOf, save, withoutPickers, writeRandom } from './support/files.ts';
import { type Taken, watchPeaks } from './support/peaks.ts';
import { settle } from './support/place.ts';
import { foundRoom } from './support/talking.ts';
import { clickThrough, trustAuthority } from './support/trust.ts';

const MEBIBYTES = lengthOf('browserFile');
/**
 * MiB that may ever be taken beside what an idle tab has, however large the file is: parts under way, and objects that wait for the collector. Saving comes after
 * sending, and its mark is that of both.
 */
const MOST = { sending: { tab: 48, browser: 96 }, saving: { tab: 72, browser: 96 } } satisfies Record<string, Taken>;

describe(`a file of ${MEBIBYTES} MiB`, () => {
  it.each([
    ['the certificate is trusted', true],
    ['the certificate was clicked through', false],
  ])('goes up and comes down, and takes no more memory than a small one, where %s', async (_where, trusted) => {
    const place = await settle({ trusted: false });
    const home = trusted ? trustAuthority(join(place.folder, 'home'), join(place.data, 'tls', 'ca.pem')) : place.folder;
    // With a profile on disk: without one a browser keeps its files in memory, its own and those of pages.
    const context = await chromium.launchPersistentContext(join(place.folder, 'profile'), {
      executablePath: chromiumPath,
      args: chromiumArgs,
      env: { ...process.env, HOME: home },
      acceptDownloads: true,
    });
    onTestFinished(() => context.close());
    const page = context.pages()[0] as Page;
    await keepNoBodies(page);
    await withoutPickers(page);
    if (trusted) await page.goto(place.founder);
    else await clickThrough(page, place.founder);
    await foundRoom(page, 'Marta', 'Familia');
    const file = join(place.folder, 'large.bin');
    const hash = writeRandom(file, MEBIBYTES);
    const peaks = await watchPeaks(context.browser() as Browser);
    const idle = peaks();

    page.setDefaultTimeout(MEBIBYTES * 500 + 60_000);
    const sending = await timed(async () => {
      await attach(page, file);
      await cardOf(page, 'large.bin').waitFor();
    });
    const sent = peaks();
    let path = '';
    const saving = await timed(async () => (path = await (await save(page, 'large.bin')).path()));
    const saved = peaks();
    const show = ({ tab, browser: itself }: Taken) => `${Math.round(tab)} MiB more (the browser ${Math.round(itself)})`;
    process.stdout.write(
      `The tab at most: ${show(idle)} while it started, ${show(sent)} while sending ${sending}, ${show(saved)} by the end of saving ${saving}\n`,
    );
    expect(await hashOf(path)).toBe(hash);
    for (const [peak, most] of [
      [sent, MOST.sending],
      [saved, MOST.saving],
    ] as const) {
      expect(peak.tab).toBeLessThan(most.tab);
      expect(peak.browser).toBeLessThan(most.browser);
    }
  });
});

async function timed(work: () => Promise<unknown>): Promise<string> {
  const begin = performance.now();
  await work();
  return `at ${Math.round((MEBIBYTES * 1000) / (performance.now() - begin))} MiB/s`;
}
