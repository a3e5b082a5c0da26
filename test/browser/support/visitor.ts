import type { Browser, BrowserContext, BrowserContextOptions, LaunchOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { launchChromium } from './chromium.ts';

/** A browser that goes with the test, of a person with this home folder. */
export async function openBrowser(home: string, options: LaunchOptions = {}): Promise<Browser> {
  const browser = await launchChromium({ ...options, env: { ...process.env, HOME: home } });
  onTestFinished(() => browser.close());
  return browser;
}

/** A person's page. An error in it, or something that its policy refused, fails the test. */
export async function newPage(browser: Browser, context: BrowserContextOptions): Promise<Page> {
  const surroundings = await browser.newContext({ locale: 'en-GB', ...context });
  await reportRefusals(surroundings);
  const complaints: string[] = [];
  surroundings.on('weberror', (error) => complaints.push(String(error.error())));
  onTestFinished(() => {
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
  });
  return surroundings.newPage();
}

/** Makes an error of whatever a page's policy refuses. */
export async function reportRefusals(context: BrowserContext): Promise<void> {
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
      setTimeout(() => {
        throw new Error(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
      }),
    ),
  );
}
