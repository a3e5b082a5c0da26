import { type Browser, type BrowserContextOptions, chromium, type LaunchOptions } from 'playwright-core';

export const chromiumArgs = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, or the one that CHROMIUM names. */
export const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, ...options, args: [...chromiumArgs, ...(options.args ?? [])] });
}

/** A phone of the smallest kind that is still sold. */
export const phone: BrowserContextOptions = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const desktop: BrowserContextOptions = { viewport: { width: 1180, height: 760 } };
