import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { revive, flatten, openCallRoom } from '../browser/support/call-room.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import type { CallAnswer, CallOffer } from '../../src/protocol/index.ts';

const origin = useCallPage();
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium({ args: ['--allow-loopback-in-peer-connection'] });
});
afterAll(() => browser.close());

/** A page that was answered by a media server, but for what `change` makes of the answer. */
async function connect(change: (answer: CallAnswer) => CallAnswer): Promise<string> {
  const room = await openCallRoom();
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(origin());
  const offer = revive(await page.evaluate(() => window.desk.open())) as CallOffer;
  const answer = await room.server.sfu.join('c0', '01', offer);
  return page.evaluate((said) => window.desk.connect(said), flatten(change(answer)));
}

describe('the way to the media port', () => {
  it('leads over UDP', async () => {
    expect(await connect((answer) => ({ ...answer, candidates: answer.candidates.filter(({ protocol }) => protocol === 'udp') }))).toBe(
      'done',
    );
  });

  it('leads over TCP where UDP gets nowhere', async () => {
    expect(await connect((answer) => ({ ...answer, candidates: answer.candidates.filter(({ protocol }) => protocol === 'tcp') }))).toBe(
      'done',
    );
  });

  it('is no way where somebody else answers', async () => {
    expect(await connect((answer) => ({ ...answer, fingerprint: Uint8Array.from(answer.fingerprint, (byte) => byte ^ 1) }))).toBe(
      'call_refused',
    );
  });

  it('is none where nobody answers', async () => {
    expect(await connect((answer) => ({ ...answer, pwd: 'another'.repeat(4) }))).toBe('call_unreachable');
  });

  it('takes nothing into its description that is no address', async () => {
    const candidates = [{ protocol: 'udp' as const, address: '1 typ host\r\na=setup:active', port: 9 }];
    expect(await connect((answer) => ({ ...answer, candidates: [...candidates, ...answer.candidates] }))).toBe('done');
  });

  it('is told to be lost when the media port is gone', async () => {
    const room = await openCallRoom();
    const { page } = await room.enter(browser, origin(), '01');
    await room.stop();
    await expect
      .poll(() => page.evaluate(() => window.desk.told), { timeout: 40_000 })
      .toEqual(expect.arrayContaining(['connected', 'lost']));
  });
});
