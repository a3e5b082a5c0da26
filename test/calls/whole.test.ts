import type { Browser, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MediaCount } from '../../src/client/index.ts';
import { findFreePort } from '../support/free-port.ts';
import { mediaPidsOf } from '../support/caller.ts';
import { timeOf } from '../support/pace.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { useCallPage } from '../browser/support/call-site.ts';
import { launchChromium } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { reportRefusals } from '../browser/support/visitor.ts';

const origin = useCallPage();

type Name = keyof typeof PEOPLE;

interface Somebody {
  readonly name: Name;
  readonly browser: Browser;
  readonly page: Page;
  readonly device: string;
}

/** People in a room at a real relay, each with a browser whose camera shows their colour and whose microphone has their tone. */
async function gather(...names: Name[]) {
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
    const page = await context.newPage();
    await page.goto(origin());
    await page.click('#begin');
    await page.evaluate(([at, who, by]) => window.desk.enter(at, who, by), [url, name, way] as const);
    if ('founder' in way) way = await page.evaluate(() => window.desk.invite());
    people.push({ name, browser, page, device: await page.evaluate(() => window.desk.chat?.client.device ?? '') });
  }
  return { relay, people };
}

const join = ({ page }: Somebody): Promise<string> =>
  page.evaluate(() => {
    const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
    return window.desk.codeOf(client.calls.join(room, { microphone: true, camera: true }));
  });

/** Asks for pictures of everybody, as tall as the cameras are. */
const show = ({ page }: Somebody, others: readonly Somebody[]): Promise<void> =>
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

async function meets(one: Somebody, other: Somebody): Promise<void> {
  await expect
    .poll(() => sense(one, other), { message: `${one.name} and ${other.name}`, timeout: 60_000 })
    .toEqual({ sees: other.name, hears: other.name });
}

async function untilAllMeet(people: readonly Somebody[]): Promise<void> {
  for (const one of people) for (const other of people) if (one !== other) await meets(one, other);
}

/** Frames of others' cameras in the next seconds, by the page's own counts. */
async function countFrames({ page }: Somebody): Promise<readonly (readonly [string, MediaCount])[]> {
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
    SECONDS,
  );
}

const SECONDS = 5;
/** A second, as the films have pictures and Opus has packets. */
const RATES = { camera: 15, microphone: 50 } as const;
const ENOUGH = 0.9;
const ALL_OF_TWO = ['camera: all', 'camera: all', 'microphone: all', 'microphone: all'];

/** Of each stream of others, whether nearly all of its frames came, were opened and decoded. */
async function countShares(one: Somebody): Promise<string[]> {
  const counts = await countFrames(one);
  return counts
    .map(([, { source, frames, decoded, failed }]) => {
      const sent = SECONDS * RATES[source as keyof typeof RATES];
      const isAll = failed === 0 && frames >= ENOUGH * sent && decoded >= ENOUGH * frames;
      return `${source}: ${isAll ? 'all' : `${frames} of ${sent}, decoded ${decoded}, failed ${failed}`}`;
    })
    .toSorted();
}

const membersOf = ({ page }: Somebody): Promise<string[]> =>
  page.evaluate(() => {
    const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
    return (client.calls.view(room)?.members ?? []).map(({ name }) => name).toSorted();
  });

const begin = async (people: readonly Somebody[]) => {
  for (const one of people) {
    expect(await join(one)).toBe('done');
    await show(
      one,
      people.filter((other) => other !== one),
    );
  }
};

describe('a call', () => {
  it('of three goes through a real relay: colours and tones arrive, nearly all of them', async () => {
    const { people } = await gather('red', 'green', 'blue');
    await begin(people);
    await untilAllMeet(people);
    for (const one of people) {
      // Some seconds in which nearly all arrives and is decoded: what machines do beside it is not what is asked here.
      await expect.poll(() => countShares(one), { timeout: 60_000, interval: 0 }).toEqual(ALL_OF_TWO);
    }
  });

  it('is without who leaves, and with who comes again', async () => {
    const { people } = await gather('red', 'green', 'blue');
    const [red, green, blue] = people as [Somebody, Somebody, Somebody];
    await begin(people);
    await untilAllMeet(people);
    await blue.page.evaluate(() => window.desk.chat?.client.calls.leave());
    await expect.poll(() => membersOf(red)).toEqual(['green', 'red']);
    expect(await red.page.evaluate((device) => window.desk.calls.tracks.of(device, 'camera'), blue.device)).toBeNull();
    // Nothing of it is captured any more.
    expect(await blue.page.evaluate(() => window.desk.calls.tracks.own('camera'))).toBeNull();
    await meets(green, red);
    await begin([blue]);
    await show(blue, [red, green]);
    await untilAllMeet(people);
  });

  it('comes back by itself when the process that forwards it is killed', async () => {
    const { relay, people } = await gather('red', 'green');
    await begin(people);
    await untilAllMeet(people);
    const back = Promise.all(people.map(untilBack));
    const [pid] = (await mediaPidsOf(relay.child.pid as number)) as [number];
    process.kill(pid, 'SIGKILL');
    const yardstick = timeOf(process.execPath, '-e', '0');
    // Where starting nothing at all takes seconds, so may this.
    const most = Math.max(3000, 10 * (await yardstick));
    for (const ms of await back) expect(ms).toBeLessThan(most);
    await untilAllMeet(people);
  });
});

/** ms from the loss of the call until this page is in it again, and packets flow. */
function untilBack({ page }: Somebody): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
        let lost: number | undefined;
        const off = client.on((event) => {
          if (event.event === 'call' && client.calls.view(room)?.state === 'waiting') lost ??= performance.now();
          if (lost === undefined || event.event !== 'call' || client.calls.view(room)?.state !== 'in') return;
          off();
          resolve(performance.now() - lost);
        });
      }),
  );
}
