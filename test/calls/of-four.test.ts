import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { MediaCount } from '../../src/client/index.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { isEvent, type JsonEvent, startChat } from '../support/programs.ts';
import { begin, countFrames, gather, membersOf, show, untilAllMeet } from './gathering.ts';

const origin = useCallPage();
const SECONDS = lengthOf('callOfFour');
/** A second, as cameras are set and Opus has packets. */
const RATES = { camera: 15, microphone: 50 } as const;
const ENOUGH = 0.9;
/** Hz of the tone that a terminal makes up. */
const TONE = 440;

type Counted = Pick<MediaCount, 'source' | 'frames' | 'decoded' | 'failed'>;

/** What came of each stream of others, beside what was sent: all that is short of nearly all. */
function shortfalls(who: string, streams: readonly Counted[]): string[] {
  return streams
    .filter(({ source, frames, decoded, failed }) => {
      const sent = SECONDS * RATES[source as keyof typeof RATES];
      return failed > 0 || frames < ENOUGH * sent || decoded < ENOUGH * frames;
    })
    .map(({ source, frames, decoded, failed }) => `${who} ${source}: ${frames} in ${SECONDS} s, decoded ${decoded}, failed ${failed}`);
}

/** The same of what a terminal tells, once it has told it so many times. */
function sumOf(events: readonly JsonEvent[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const { from, source, frames, decoded, failed } of events) {
    const so = sums.get(`${from} ${source}`) ?? { source, frames: 0, decoded: 0, failed: 0 };
    sums.set(`${from} ${source}`, {
      source,
      frames: so.frames + frames,
      decoded: so.decoded + decoded,
      failed: so.failed + failed,
    });
  }
  return [...sums.values()];
}

it('three pages and a terminal: all see and hear all', { timeout: 300_000 }, async () => {
  const { people, folder, host, link } = await gather(origin(), 'red', 'green', 'blue');
  await begin(people);
  const flags = ['--call', '--camera', 'test', '--microphone', 'test'];
  const terminal = startChat('Terminal', host, join(folder, 'terminal'), link, flags);
  const { device } = await terminal.until(isEvent('ready'), 'ready');
  await terminal.until(isEvent('call', { state: 'in' }), 'in the call');
  for (const one of people) {
    await expect.poll(() => membersOf(one), { timeout: 60_000 }).toEqual(['Terminal', 'blue', 'green', 'red']);
    const others = people.filter((other) => other !== one).map((other) => other.device);
    await show(
      one,
      [...others, device].map((of) => ({ device: of })),
    );
  }
  await untilAllMeet(people);
  for (const { page, name } of people) {
    // Its generated picture has every colour, so that none of them stands out; and it is no black one.
    await expect
      .poll(() => page.evaluate((of) => window.desk.eyes.colour(of, 'camera'), device), {
        message: `${name} sees the terminal`,
        timeout: 60_000,
      })
      .toSatisfy((colour: readonly number[] | null) => colour !== null && Math.max(...colour) > 60);
    await expect
      .poll(async () => Math.abs(((await page.evaluate((of) => window.desk.eyes.tone(of), device))?.[0] ?? 0) - TONE), { timeout: 60_000 })
      .toBeLessThan(25);
  }
  // Seconds in which nearly all arrives and is decoded: what machines do beside it is not what is asked here.
  await expect
    .poll(
      async () => {
        const before = terminal.events.length;
        const counted = await Promise.all(
          people.map(async (one) => [one.name, (await countFrames(one, SECONDS)).map(([, count]) => count)] as const),
        );
        const told = terminal.events.slice(before).filter(isEvent('media'));
        const heard = sumOf(told);
        const all = [...counted, ['terminal', heard] as const];
        const lines = all.map(
          ([name, streams]) => `${name}: ${streams.map(({ source, frames, decoded }) => `${source} ${decoded}/${frames}`).join(', ')}`,
        );
        process.stdout.write(`${lines.join('\n')}\n`);
        expect(all.map(([, streams]) => streams.length)).toEqual([6, 6, 6, 6]);
        return all.flatMap(([name, streams]) => shortfalls(name, streams));
      },
      { timeout: 150_000, interval: 0 },
    )
    .toEqual([]);
});
