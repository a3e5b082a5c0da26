import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Makes a home folder whose Chromium trusts this CA, as a person does who installed it. @returns the folder */
export function trustAuthority(home: string, certificate: string): string {
  const database = join(home, '.pki', 'nssdb');
  mkdirSync(database, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'corrillo', '-i', certificate]);
  return home;
}

/** Goes to an address whose certificate nobody vouches for, and on from the warning like a person who knows what is theirs. */
export async function clickThrough(page: Page, url: string): Promise<void> {
  const refused = await page.goto(url).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (!refused?.includes('ERR_CERT_AUTHORITY_INVALID')) throw new Error(`expected a warning, got ${refused ?? 'the page'}`);
  await page.locator('#main-frame-error, body.ssl').first().waitFor();
  const there = page.waitForURL((now) => now.protocol === 'https:');
  // What Chromium listens for on its warning.
  await page.keyboard.type('thisisunsafe');
  await there;
}

/** What an iPhone does after a click-through: every WebSocket fails. */
export async function refuseWebSockets(page: Page): Promise<void> {
  await page.addInitScript(() => {
    class RefusedWebSocket extends EventTarget {
      onerror: ((event: Event) => void) | null = null;
      onclose: ((event: Event) => void) | null = null;
      constructor() {
        super();
        (window as unknown as { refusedWebSockets: number }).refusedWebSockets =
          ((window as unknown as { refusedWebSockets?: number }).refusedWebSockets ?? 0) + 1;
        setTimeout(() => {
          this.onerror?.(new Event('error'));
          this.onclose?.(new CloseEvent('close', { code: 1006 }));
        });
      }
      send(): void {}
      close(): void {}
    }
    (window as unknown as { WebSocket: unknown }).WebSocket = RefusedWebSocket;
  });
}
