import { join } from 'node:path';
import type { Browser, BrowserContextOptions, LaunchOptions, Page } from 'playwright-core';
import { findFreePort } from '../../support/free-port.ts';
import { startRelay, temporaryFolder } from '../../support/programs.ts';
import { desktop } from './chromium.ts';
import { trustAuthority } from './trust.ts';
import { newPage, openBrowser } from './visitor.ts';

export interface Place {
  readonly folder: string;
  readonly data: string;
  readonly ports: { web: number; chat: number; files: number };
  readonly browser: Browser;
  /** The link that opens the first room. */
  readonly founder: string;
  /** The bare address, as others on the network type it. */
  readonly address: string;
  /** Ends the relay that runs now; killed, it has no time for anything. */
  stop(signal?: NodeJS.Signals): Promise<unknown>;
  /** The same relay again, on the same ports. */
  restart(): Promise<void>;
  /** The browser of somebody else, who trusts the relay as well. */
  openAnother(options: LaunchOptions): Promise<Browser>;
}

/** A relay, and a browser that trusts it, unless its owner is to meet the warning. `calls`: it has a media port. */
export async function settle({ trusted = true, calls = false } = {}): Promise<Place> {
  const folder = temporaryFolder();
  const data = join(folder, 'relay');
  const first = await startRelay(data, calls ? await freePorts() : undefined);
  let { relay } = first;
  const { listening, ports } = first;
  const home = trusted ? trustAuthority(join(folder, 'home'), join(data, 'tls', 'ca.pem')) : folder;
  return {
    folder,
    data,
    ports,
    browser: await openBrowser(home),
    founder: listening.founder,
    address: `${new URL(listening.founder).origin}/`,
    stop(signal) {
      relay.kill(signal);
      return relay.exit;
    },
    async restart() {
      ({ relay } = await startRelay(data, ports));
    },
    openAnother: (options) => openBrowser(home, options),
  };
}

async function freePorts() {
  return { web: await findFreePort(), chat: await findFreePort(), files: await findFreePort(), media: await findFreePort() };
}

export async function visit(browser: Browser, link: string, size: BrowserContextOptions = desktop): Promise<Page> {
  const page = await newPage(browser, size);
  await page.goto(link);
  return page;
}
