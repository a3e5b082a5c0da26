import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chromiumArgs, chromiumPath } from './support/chromium.ts';
import { attach, cardOf, hashOf, save, withoutPickers, writeRandom } from './support/files.ts';
import { settle } from './support/place.ts';
import { foundRoom } from './support/talking.ts';
import { clickThrough, trustAuthority } from './support/trust.ts';

/** `npm run prove` sends two gigabytes. */
const MEBIBYTES = process.env['CORRILLO_PROVE'] ? 2048 : 256;
/**
 * MiB that a tab may take beside what it has when it is idle: parts under way, and opened pieces that the browser has not collected yet, which it
 * does in its own time, later on a busy machine. Eight times the bytes may be twice as much of that, and no more.
 */
const MOST = process.env['CORRILLO_PROVE'] ? 400 : 224;
/** Of it, what scripts hold. */
const MOST_HEAP = 24;

interface Taken {
  /** MiB of the processes of tabs. */
  readonly tab: number;
  /** MiB of JavaScript's objects. */
  readonly heap: number;
}

/** Looks at the processes of tabs, as the browser names them. */
async function watchMemory(context: BrowserContext, page: Page) {
  const browser = await context.browser()?.newBrowserCDPSession();
  const tab = await context.newCDPSession(page);
  await tab.send('Performance.enable');

  async function look(): Promise<Taken> {
    const { metrics } = await tab.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
    return { tab: await measureTabs(), heap: heap / 2 ** 20 };
  }

  /** Of all processes that draw pages: the browser keeps empty ones ready, which stay as they are. */
  async function measureTabs(): Promise<number> {
    const { processInfo } = (await browser?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { id }) => sum + residentOf(id), 0);
  }

  /** Runs `work`. @returns the most that was taken meanwhile */
  async function peakOf(work: () => Promise<unknown>): Promise<Taken> {
    let most: Taken = { tab: 0, heap: 0 };
    let over = false;
    const watching = (async () => {
      while (!over) {
        const now = await look();
        most = { tab: Math.max(most.tab, now.tab), heap: Math.max(most.heap, now.heap) };
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    })();
    await work().finally(() => (over = true));
    await watching;
    return most;
  }
  return { look, peakOf };
}

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    // An empty one ended.
    return 0;
  }
}

describe(`a file of ${MEBIBYTES} MiB`, () => {
  it.each([
    ['the certificate is trusted', true],
    ['the certificate was clicked through', false],
  ])('goes up and comes down, and the tab takes no more than for a small one, where %s', async (_where, trusted) => {
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
    await withoutPickers(page);
    if (trusted) await page.goto(place.founder);
    else await clickThrough(page, place.founder);
    await foundRoom(page, 'Marta', 'Familia');
    const file = join(place.folder, 'large.bin');
    const hash = writeRandom(file, MEBIBYTES);
    const { look, peakOf } = await watchMemory(context, page);
    const idle = await look();
    expect(idle.tab).toBeGreaterThan(30);

    const patience = MEBIBYTES * 500 + 60_000;
    const up = await peakOf(async () => {
      await attach(page, file);
      await cardOf(page, 'large.bin').waitFor({ timeout: patience });
    });
    page.setDefaultTimeout(patience);
    let path = '';
    const down = await peakOf(async () => {
      path = await (await save(page, 'large.bin')).path();
    });
    const show = ({ tab, heap }: Taken) => `${Math.round(tab)} MiB (scripts ${Math.round(heap)})`;
    process.stdout.write(`The tab: idle ${show(idle)}, at most ${show(up)} while sending, ${show(down)} while saving\n`);
    expect(await hashOf(path)).toBe(hash);
    for (const peak of [up, down]) {
      expect(peak.tab - idle.tab).toBeLessThan(MOST);
      expect(peak.heap - idle.heap).toBeLessThan(MOST_HEAP);
    }
  });
});
