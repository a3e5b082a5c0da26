import type { Browser, LaunchOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { FakeOptions } from '../../../src/web/dev/fake-client.ts';
import { launchChromium } from './chromium.ts';
import { openFakePage, type Watched } from './fake-page.ts';
import { serveFakePage, type StaticPage } from './static-page.ts';

export type VisitOptions = NonNullable<Parameters<typeof openFakePage>[2]>;

/** A room with people in it, for tests that are not about who is there. */
export const room: FakeOptions = { inside: true, people: ['Ana', 'Kofi', 'Лена', 'Bruno', 'سلمى'], lines: 60, title: 'Familia Robles' };

/** The page around a fake client, for all tests of a file. @returns what opens it */
export function useFakePage(launch: LaunchOptions | (() => LaunchOptions) = {}): (options?: VisitOptions) => Promise<Watched> {
  let browser: Browser;
  let site: StaticPage;
  let open: Watched[] = [];

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(typeof launch === 'function' ? launch() : launch), serveFakePage()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    const watched = open;
    open = [];
    // Windows beside others go before the others.
    for (const { close } of watched.toReversed()) await close();
    // After every test: the strict policy with Trusted Types had nothing to refuse, and nothing went wrong on the side.
    const complaints = watched.flatMap((one) => one.complaints);
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
  });

  return async (options = {}) => {
    const watched = await openFakePage(browser, site.origin, options);
    open.push(watched);
    return watched;
  };
}
