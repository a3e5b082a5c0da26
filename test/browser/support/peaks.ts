import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** MiB. */
export interface Taken {
  /** By the processes of tabs. */
  readonly tab: number;
  /** By the browser itself, where what pages hand to it lies. */
  readonly browser: number;
}

/**
 * Remembers what the processes of a browser take now. @returns what tells how much more than that they ever took, by the kernel's own mark: nothing that comes and
 * goes is missed
 */
export async function watchPeaks(browser: Browser): Promise<() => Taken> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const before = processInfo.map(({ id, type }) => ({ id, type, taken: read(id, 'VmRSS') }));
  const more = (kind: string) =>
    before.filter(({ type }) => type === kind).reduce((sum, { id, taken }) => sum + Math.max(0, read(id, 'VmHWM') - taken), 0);
  return () => ({ tab: more('renderer'), browser: more('browser') });
}

function read(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  try {
    return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    // The browser keeps empty ones ready, and ends them.
    return 0;
  }
}
