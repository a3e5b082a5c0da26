import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../src/server/index.ts';
import { temporaryFolder } from '../support/programs.ts';
import { findBarriers } from './support/axe.ts';
import { desktop, phone } from './support/chromium.ts';
import { takeScreenshot } from './support/screenshots.ts';
import { clickThrough, trustAuthority } from './support/trust.ts';
import { newPage, openBrowser } from './support/visitor.ts';

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'corrillo-trust-'));
  server = await startServer({ data: join(folder, 'relay'), ports: { web: 0, chat: 0 }, files: null });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const authority = () => join(folder, 'relay', 'tls', 'ca.pem');
const address = (scheme: 'http' | 'https') => `${scheme}://127.0.0.1:${server.ports.web}/trust`;
const untilFound = (page: Page, state: string) => page.locator(`#check[data-state=${state}]`).waitFor();

describe('the help page for the certificate', () => {
  it.each(['http', 'https'] as const)('says over %s that the CA is trusted, where it is', async (scheme) => {
    const page = await newPage(await openBrowser(trustAuthority(temporaryFolder(), authority())), desktop);
    await page.goto(address(scheme));
    await untilFound(page, 'trusted');
    await page.getByRole('status').getByText('This browser trusts this host').waitFor();
    expect(await page.getByRole('link', { name: 'Open the chat' }).getAttribute('href')).toBe(`https://127.0.0.1:${server.ports.web}/`);
    await takeScreenshot(page, 'trust-trusted');
  });

  it('says that it is not, where somebody only clicked through the warning', async () => {
    const page = await newPage(await openBrowser(temporaryFolder()), desktop);
    await clickThrough(page, address('https'));
    await untilFound(page, 'untrusted');
    // The exception holds for this certificate, and not for that of the chat port: else the check would say nothing.
    await page.goto(`https://127.0.0.1:${server.ports.web}/api/relay`);
    expect(await page.locator('body').innerText()).toContain('"key"');
    await page.goto(address('https'));
    await untilFound(page, 'untrusted');
    await page.getByRole('button', { name: 'Check again' }).click();
    await untilFound(page, 'untrusted');
  });

  it('says that it is not over plain http, until the CA is installed', async () => {
    const page = await newPage(await openBrowser(temporaryFolder()), desktop);
    await page.goto(address('http'));
    await untilFound(page, 'untrusted');
    await page.getByRole('status').getByText('does not trust it yet').waitFor();
  });

  it('gives out the CA, and shows what to compare it with', async () => {
    const page = await newPage(await openBrowser(temporaryFolder()), desktop);
    await page.goto(address('http'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toBe('corrillo-ca.crt');
    expect(readFileSync(await download.path(), 'utf8')).toBe(readFileSync(authority(), 'utf8'));
    await page.getByText(server.authority.words.join(' '), { exact: true }).waitFor();
    expect((await page.locator('.hex').innerText()).replaceAll(':', '').toLowerCase()).toBe(server.authority.sha256);
  });

  it.each([
    ['desktop', desktop, 'light', 'en-GB', 'Windows'],
    ['phone', phone, 'dark', 'es-ES', 'iPhone'],
  ] as const)('reads well on a %s, in the language of its browser or of the switch', async (name, size, colorScheme, locale, system) => {
    const page = await newPage(await openBrowser(temporaryFolder()), {
      ...size,
      colorScheme,
      locale,
      userAgent: `Mozilla/5.0 (${system})`,
    });
    await page.goto(address('http'));
    await untilFound(page, 'untrusted');
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    // The section of the visitor's own system is open.
    expect(await page.locator('details[open]').count()).toBe(1);
    await page.locator('details[open] > summary').getByText(system).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await takeScreenshot(page, `trust-${name}`);
    await page.locator('details[open]').scrollIntoViewIfNeeded();
    await page.locator('details[open] .drawings').scrollIntoViewIfNeeded();
    await takeScreenshot(page, `trust-${name}-steps`);
    for (const closed = page.locator('details:not([open]) > summary'); (await closed.count()) > 0;) await closed.first().click();
    expect(await findBarriers(page)).toEqual([]);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: size.viewport?.width ?? 0, height });
    await takeScreenshot(page, `trust-${name}-whole`);
    await page.locator('header a').click();
    await page.waitForURL(/\?lang=/);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.startsWith('en') ? 'es' : 'en');
    await untilFound(page, 'untrusted');
    await takeScreenshot(page, `trust-${name}-other`);
  });
});
