import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { formatInvite, type MediaCount, parseInvite } from '../../src/client/index.ts';
import { fromHex } from '../../src/protocol/index.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { keepConnections } from '../browser/support/kept-connections.ts';
import { reportRefusals } from '../browser/support/visitor.ts';
import { findFreePort } from '../support/free-port.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';

type Name = keyof typeof PEOPLE;

export interface Somebody {
  readonly name: Name;
  readonly browser: Browser;
  readonly page: Page;
  readonly device: string;
}

/** People in a room at a real relay, each with a browser whose camera shows their colour and whose microphone has their tone. */
export async function gather(origin: string, ...names: Name[]) {
  const folder = temporaryFolder();
  const free = { web: await findFreePort(), chat: await findFreePort(), files: await findFreePort(), media: await findFreePort() };
  const { relay, listening, ports } = await startRelay(`${folder}/relay`, free);
  const url = `http://localhost:${ports.web}`;
  const people: Somebody[] = [];
  let way: { founder: string } | { room: string; secret: string } = { founder: new URL(listening['founder'] as string).hash.slice(1) };
  for (const name of names) {
    const browser = await launchChromium(writePerson(folder, name, PEOPLE[name]));
    onTestFinished(() => browser.close());
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    await reportRefusals(context);
    await context.addInitScript(keepConnections);
    const page = await context.newPage();
    await page.goto(origin);
    await page.click('#begin');
    await page.evaluate(([at, who, by]) => window.desk.enter(at, who, by), [url, name, way] as const);
    if ('founder' in way) way = await page.evaluate(() => window.desk.invite());
    people.push({ name, browser, page, device: await page.evaluate(() => window.desk.chat?.client.device ?? '') });
  }
  const { relayKey } = parseInvite(listening['founder'] as string);
  const { room, secret } = way as { room: string; secret: string };
  const place = { address: '127.0.0.1', webPort: ports.web, chatPort: ports.chat, relayKey };
  const link = formatInvite({ room, secret: fromHex(secret) as Uint8Array, ...place });
  return { relay, people, folder, media: ports.media, host: `127.0.0.1:${ports.chat}`, link };
}

const join = ({ page }: Somebody): Promise<string> =>
  page.evaluate(() => {
    const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
    return window.desk.codeOf(client.calls.join(room, { microphone: true, camera: true }));
  });

/** Asks for pictures of everybody, as tall as the cameras are. */
export const show = ({ page }: Somebody, others: readonly Pick<Somebody, 'device'>[]): Promise<void> =>
  page.evaluate(
    (devices) => window.desk.chat?.client.calls.show(devices.map((device) => ({ device, source: 'camera' as const, height: 180 }))),
    others.map(({ device }) => device),
  );

/** Whose colour and whose tone one has of another. */
async function sense({ page }: Somebody, { device }: Somebody): Promise<{ sees: Name | null; hears: Name | null }> {
  const [colour, tone] = await page.evaluate(
    (of) => Promise.all([window.desk.eyes.colour(of, 'camera'), window.desk.eyes.tone(of)]),
    device,
  );
  const names = Object.keys(PEOPLE) as Name[];
  return {
    sees: (colour && names[colour.indexOf(Math.max(...colour))]) ?? null,
    hears: names.find((name) => tone !== null && Math.abs(tone[0] - PEOPLE[name].tone) < 25) ?? null,
  };
}

export async function meets(one: Somebody, other: Somebody): Promise<void> {
  await expect
    .poll(() => sense(one, other), { message: `${one.name} and ${other.name}`, timeout: 60_000 })
    .toEqual({ sees: other.name, hears: other.name });
}

export async function untilAllMeet(people: readonly Somebody[]): Promise<void> {
  for (const one of people) for (const other of people) if (one !== other) await meets(one, other);
}

/** Frames of others' cameras in the next seconds, by the page's own counts. */
export async function countFrames({ page }: Somebody, wanted: number): Promise<readonly (readonly [string, MediaCount])[]> {
  return page.evaluate(
    (seconds) =>
      new Promise((resolve) => {
        const { client } = window.desk.chat as NonNullable<typeof window.desk.chat>;
        const sums = new Map<string, MediaCount>();
        let heard = 0;
        const off = client.on((event) => {
          if (event.event !== 'media') return;
          // The first one is about a time before.
          if (heard++ > 0)
            for (const count of event.counts) {
              const name = `${count.device} ${count.source}`;
              const { frames = 0, decoded = 0, failed = 0 } = sums.get(name) ?? {};
              sums.set(name, { ...count, frames: frames + count.frames, decoded: decoded + count.decoded, failed: failed + count.failed });
            }
          if (heard <= seconds) return;
          off();
          resolve([...sums]);
        });
      }),
    wanted,
  );
}

const SECONDS = 5;
/** A second, as the films have pictures and Opus has packets. */
const RATES = { camera: 15, microphone: 50 } as const;
const ENOUGH = 0.9;
export const ALL_OF_TWO = ['camera: all', 'camera: all', 'microphone: all', 'microphone: all'];

/** Of each stream of others, whether nearly all of its frames came, were opened and decoded. */
export async function countShares(one: Somebody): Promise<string[]> {
  const counts = await countFrames(one, SECONDS);
  return counts
    .map(([, { source, frames, decoded, failed }]) => {
      const sent = SECONDS * RATES[source as keyof typeof RATES];
      const isAll = failed === 0 && frames >= ENOUGH * sent && decoded >= ENOUGH * frames;
      return `${source}: ${isAll ? 'all' : `${frames} of ${sent}, decoded ${decoded}, failed ${failed}`}`;
    })
    .toSorted();
}

export const membersOf = ({ page }: Somebody): Promise<string[]> =>
  page.evaluate(() => {
    const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
    return (client.calls.view(room)?.members ?? []).map(({ name }) => name).toSorted();
  });

export const begin = async (people: readonly Somebody[]) => {
  for (const one of people) {
    expect(await join(one)).toBe('done');
    await show(
      one,
      people.filter((other) => other !== one),
    );
  }
};
