import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MediaCount } from '../../src/client/index.ts';
import { findFreePort } from '../support/free-port.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { useCallPage } from './support/call-site.ts';
import { launchChromium } from './support/chromium.ts';
import { PEOPLE, writePerson } from './support/films.ts';
import { reportRefusals } from './support/visitor.ts';

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
    page.on('console', (message) => console.log(name, message.text()));
    await page.goto(origin());
    await page.click('#begin');
    await page.evaluate(([at, who, by]) => window.desk.enter(at, who, by), [url, name, way] as const);
    if ('founder' in way) way = await page.evaluate(() => window.desk.invite());
    people.push({ name, browser, page, device: await page.evaluate(() => window.desk.chat?.client.device ?? '') });
  }
  onTestFinished(() => console.log(relay.stderr(), JSON.stringify(relay.events.slice(-10))));
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

/** Does one see another's colour and hear its tone? */
async function meets({ page }: Somebody, other: Somebody): Promise<boolean> {
  const [colour, tone] = await page.evaluate(
    (device) => Promise.all([window.desk.eyes.colour(device, 'camera'), window.desk.eyes.tone(device)]),
    other.device,
  );
  const most = colour && (['red', 'green', 'blue'] as const)[colour.indexOf(Math.max(...colour))];
  return most === other.name && tone !== null && Math.abs(tone[0] - PEOPLE[other.name].tone) < 25;
}

async function untilAllMeet(people: readonly Somebody[]): Promise<void> {
  for (const one of people) {
    for (const other of people) {
      if (one !== other) await expect.poll(() => meets(one, other), { message: `${one.name} meets ${other.name}` }).toBe(true);
    }
  }
}

const countsOf = ({ page }: Somebody): Promise<MediaCount[]> =>
  page.evaluate(() => (window.desk.chat?.events ?? []).flatMap((event) => (event.event === 'media' ? event.counts : [])));

describe('a call', () => {
  it('of two goes through a real relay: colours and tones arrive', async () => {
    const { people } = await gather('red', 'green');
    for (const one of people) {
      expect(await join(one)).toBe('done');
      await show(
        one,
        people.filter((other) => other !== one),
      );
    }
    await untilAllMeet(people);
    console.log(JSON.stringify((await countsOf(people[0] as Somebody)).slice(-6)));
  });
});
void readdirSync;
void readFileSync;
