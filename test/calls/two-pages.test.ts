import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaCount } from '../../src/client/index.ts';
import { type Caller, KEY, openCallRoom, slotsOf } from '../browser/support/call-room.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { keepConnections } from '../browser/support/kept-connections.ts';

const origin = useCallPage();
const folder = mkdtempSync(join(tmpdir(), 'corrillo-test-'));
let red: Browser;
let green: Browser;
beforeAll(async () => {
  [red, green] = await Promise.all([
    launchChromium(writePerson(folder, 'red', PEOPLE.red)),
    launchChromium(writePerson(folder, 'green', PEOPLE.green, { width: 1280, height: 720, rate: 15 })),
  ]);
});
afterAll(async () => {
  await Promise.all([red.close(), green.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const turnOn = ({ page }: Caller): Promise<string[]> =>
  page.evaluate(() => Promise.all([window.desk.turn('microphone', true), window.desk.turn('camera', true)]));
const colourOf = ({ page }: Caller, device: string) => page.evaluate((of) => window.desk.eyes.colour(of, 'camera'), device);
const toneOf = ({ page }: Caller, device: string) => page.evaluate((of) => window.desk.eyes.tone(of), device);
const sizeOf = ({ page }: Caller, device: string) => page.evaluate((of) => window.desk.eyes.size(of, 'camera'), device);
const countsOf = ({ page }: Caller): Promise<MediaCount[]> => page.evaluate(() => window.desk.counts);

/** Which of red, green and blue it is the most. */
const mostOf = (colour: readonly number[] | null) => (colour ? colour.indexOf(Math.max(...colour)) : null);

/** Two in a call, who see and hear each other. */
async function meet(heights: { readonly ana: number; readonly luis: number } = { ana: 180, luis: 180 }) {
  const room = await openCallRoom();
  const [ana, luis] = [await room.enter(red, origin(), '01'), await room.enter(green, origin(), '02', { before: keepConnections })];
  const take = async (caller: Caller, own: string, other: string, height: number, leaf = Number(other)) => {
    const [voice = -1, face = -1] = [slotsOf(caller.offer, 'audio')[0], slotsOf(caller.offer, 'video')[0]];
    await caller.page.evaluate(
      (slots) => window.desk.assign(slots),
      [
        { slot: voice, device: other, leaf, source: 'microphone' as const },
        { slot: face, device: other, leaf, source: 'camera' as const },
      ],
    );
    room.want(own, [
      { slot: voice, device: other, source: 'microphone', height: 0 },
      { slot: face, device: other, source: 'camera', height },
    ]);
  };
  await take(ana, '01', '02', heights.ana);
  await take(luis, '02', '01', heights.luis);
  expect(await turnOn(ana)).toEqual(['done', 'done']);
  expect(await turnOn(luis)).toEqual(['done', 'done']);
  return { room, ana, luis, take };
}

/** Sizes of its camera that a page has encoded, the smallest first: `q`, `h`, `f`. How much of it the way carries is the browser's to know. */
const sizesSentBy = ({ page }: Caller): Promise<string> =>
  page.evaluate(() => {
    const [connection] = window.kept;
    const camera = connection?.getSenders().find((sender) => sender.track?.kind === 'video');
    return (camera?.getParameters().encodings ?? []).flatMap(({ rid, active }) => (active ? [rid] : [])).join('');
  });

/** Pictures that a page encoded so far. */
const encodedBy = ({ page }: Caller): Promise<number> =>
  page.evaluate(async () => {
    const [connection] = window.kept;
    const reports = [...((await connection?.getStats())?.values() ?? [])] as { type: string; framesEncoded?: number }[];
    return reports.reduce((sum, { type, framesEncoded = 0 }) => (type === 'outbound-rtp' ? sum + framesEncoded : sum), 0);
  });

describe('two in a call', () => {
  it('see and hear each other, and nothing else', async () => {
    const { room, ana, luis } = await meet();
    await expect.poll(async () => mostOf(await colourOf(ana, '02'))).toBe(1);
    await expect.poll(async () => mostOf(await colourOf(luis, '01'))).toBe(0);
    await expect.poll(async () => Math.abs(((await toneOf(ana, '02'))?.[0] ?? 0) - PEOPLE.green.tone)).toBeLessThan(25);
    await expect.poll(async () => Math.abs(((await toneOf(luis, '01'))?.[0] ?? 0) - PEOPLE.red.tone)).toBeLessThan(25);
    await expect.poll(() => ana.page.evaluate(() => window.desk.calls.tracks.level('02'))).toBeGreaterThan(0.05);
    expect(room.ended).toEqual([]);
    const counts = (await countsOf(luis)).filter(({ source }) => source === 'camera');
    expect(counts.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
  });

  it('go on over a new epoch, whoever hears of it first', async () => {
    const { ana, luis } = await meet();
    await expect.poll(async () => mostOf(await colourOf(ana, '02'))).toBe(1);
    const rekey = ({ page }: Caller, leaf: number) =>
      page.evaluate(([number, bytes, own]) => window.desk.rekey(number, bytes, own), [2, [...KEY].toReversed(), leaf] as const);
    await luis.page.evaluate(() => (window.desk.counts.length = 0));
    await rekey(luis, 2);
    await ana.page.waitForTimeout(500);
    await ana.page.evaluate(() => (window.desk.counts.length = 0));
    await rekey(ana, 1);
    await expect.poll(async () => (await countsOf(ana)).filter(({ source }) => source === 'camera').length).toBeGreaterThan(2);
    // Held for half a second, and none lost.
    expect((await countsOf(ana)).reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    expect((await countsOf(luis)).reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    await expect
      .poll(async () => (await countsOf(ana)).filter(({ source, decoded }) => source === 'camera' && decoded > 0).length)
      .toBeGreaterThan(1);
  });

  it('show nobody who is not the one that was assigned, whatever the relay puts there', async () => {
    const { ana, take } = await meet();
    await expect.poll(async () => mostOf(await colourOf(ana, '02'))).toBe(1);
    // The relay forwards the second member; to the page the slot is the ninth's.
    await take(ana, '01', '02', 180, 9);
    await ana.page.evaluate(() => (window.desk.counts.length = 0));
    await expect.poll(async () => (await countsOf(ana)).some(({ source, failed }) => source === 'camera' && failed > 0)).toBe(true);
    expect(await colourOf(ana, '02')).toBeNull();
    expect((await countsOf(ana)).every(({ failed, frames }) => failed === frames)).toBe(true);
    await take(ana, '01', '02', 180);
    await expect.poll(async () => mostOf(await colourOf(ana, '02'))).toBe(1);
  });

  it('encode no larger pictures than anybody looks at', async () => {
    const { ana, luis, take } = await meet({ ana: 180, luis: 180 });
    await expect.poll(() => sizesSentBy(luis)).toBe('q');
    await expect.poll(() => sizeOf(ana, '02')).toBe('320x180');
    await take(ana, '01', '02', 360);
    await expect.poll(() => sizesSentBy(luis)).toBe('qh');
    await take(ana, '01', '02', 1000);
    await expect.poll(() => sizesSentBy(luis)).toBe('qhf');
    // Gone without a word: the media port finds out.
    await ana.page.close();
    await expect.poll(() => sizesSentBy(luis), { timeout: 40_000 }).toBe('');
    const before = await encodedBy(luis);
    await luis.page.waitForTimeout(1000);
    expect(await encodedBy(luis)).toBeLessThanOrEqual(before + 2);
  });
});
