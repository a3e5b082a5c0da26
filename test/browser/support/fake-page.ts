import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { reportRefusals } from './visitor.ts';
import type { FakeClient, FakeOptions } from '../../../src/web/dev/fake-client.ts';

export const ROOM = '00112233445566778899aabbccddeeff';
/** Of a link to the fake relay, whose key is made of sevens. */
export const FRAGMENT = `#v1.${'A'.repeat(43)}.BwcHBwcHBwcHBwcHBwcHBw.9009`;

export interface Watched {
  readonly page: Page;
  /** What the browser complained about: policy violations, errors, warnings. */
  readonly complaints: string[];
  /** Makes the fake client do something, in the page. */
  fake(act: (client: FakeClient) => unknown): Promise<void>;
  close(): Promise<void>;
}

declare global {
  interface Window {
    fake?: FakeClient;
    /** Another window asks for the device. */
    askForDevice?: () => void;
  }
}

interface Options {
  readonly fake?: FakeOptions & { readonly stopped?: string };
  readonly path?: string;
  readonly context?: BrowserContextOptions;
  /** Another window of the same browser. */
  readonly beside?: Watched;
  /** What the page finds when it begins, beside a browser's own. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** Opens the page around a fake client and listens to everything the browser says about it. */
export async function openFakePage(
  browser: Browser,
  origin: string,
  { fake = { inside: false }, path = '/', context = {}, beside, before }: Options = {},
): Promise<Watched> {
  const surroundings = beside?.page.context() ?? (await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Madrid', ...context }));
  if (!beside) await reportRefusals(surroundings);
  const page = await surroundings.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript((options) => {
    (window as unknown as { fakeOptions: unknown }).fakeOptions = options;
  }, fake);
  await before?.(page);
  await page.goto(origin + path);
  await page.locator('h1').waitFor();
  return {
    page,
    complaints,
    fake: (act) => page.evaluate(`(${act.toString()})(window.fake)`),
    close: () => (beside ? page.close() : surroundings.close()),
  };
}
