import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { controlsOf } from '../browser/support/calling.ts';
import { desktop } from '../browser/support/chromium.ts';
import { PEOPLE, writePerson } from '../browser/support/films.ts';
import { foundRoom, readLink } from '../browser/support/talking.ts';
import { trustAuthority } from '../browser/support/trust.ts';
import { newPage, openBrowser } from '../browser/support/visitor.ts';
import { startRelay } from '../lan/hosts.ts';
import { createLan, type Host, type Lan } from '../lan/network.ts';
import { isEvent, type Program, startProgram, temporaryFolder } from '../support/programs.ts';

let lan: Lan;
beforeAll(() => {
  lan = createLan(4);
});
afterAll(() => lan?.remove());

/**
 * Seconds after which whoever has another address is seen and heard again, and for how many that is looked at: where the system tells the browser of it, a few;
 * where it does not, as at times, as many as its checks need.
 */
const [BACK, STEADY] = [20, 4];

function startCaller(host: Host, name: string, relay: string, folder: string, invite: string): Program {
  const parameters = [
    'chat',
    '--json',
    '--name',
    name,
    '--host',
    relay,
    '--data',
    join(folder, name),
    '--camera',
    'test',
    '--microphone',
    'test',
  ];
  return startProgram(parameters, { CORRILLO_INVITE: invite }, [...host.command, process.execPath]);
}

/** What one decodes of another, a number for each second since `from`. */
const decodedOf = ({ events }: Program, from: string, source: string, since: number): number[] =>
  events
    .slice(since)
    .filter((event) => event.event === 'media' && event['from'] === from && event['source'] === source)
    .map(({ decoded }) => Number(decoded));

async function seesAndHears(program: Program, from: string): Promise<void> {
  for (const source of ['camera', 'microphone'])
    await program.untilAll(() => decodedOf(program, from, source, 0).some((decoded) => decoded > 0), `${source} of ${from}`);
}

/** @returns seconds before a stream came steadily, of those that are told after `since` */
async function untilSteady(program: Program, from: string, source: string, since: number): Promise<number> {
  // What is told first is of a time before, for the most part.
  const comes = () => decodedOf(program, from, source, since).slice(1);
  const steady = () =>
    comes().findIndex((_, at, all) => all.length >= at + STEADY && all.slice(at, at + STEADY).every((count) => count > 0));
  await program.untilAll(() => steady() >= 0, `${source} of ${from} again`);
  return steady();
}

it('goes on for all others, and comes back, where a page or a terminal gets another address', { timeout: 240_000 }, async () => {
  const [relayHost, martaHost, juanHost, evaHost] = lan.hosts as [Host, Host, Host, Host];
  const folder = temporaryFolder();
  const { listening, ports } = await startRelay(relayHost, join(folder, 'relay'), undefined, ['--media-port', '9020']);
  const home = trustAuthority(join(folder, 'marta'), join(folder, 'relay', 'tls', 'ca.pem'));
  const film = writePerson(folder, 'red', PEOPLE.red);
  const marta = await newPage(await openBrowser(home, { ...film, executablePath: martaHost.chromium }), {
    ...desktop,
    permissions: ['camera', 'microphone'],
  });
  await marta.goto(listening.founder as string);
  await foundRoom(marta, 'Marta', 'Taller');
  const link = await readLink(marta);
  const chat = `${relayHost.address}:${ports.chat}`;
  const juan = startCaller(juanHost, 'Juan', chat, folder, link);
  const eva = startCaller(evaHost, 'Eva', chat, folder, link);
  for (const one of [juan, eva]) {
    await one.until(isEvent('ready'), 'ready');
    one.write('/call start');
  }
  await marta
    .getByRole('dialog', { name: /is calling/ })
    .getByRole('button', { name: 'Join' })
    .click();
  await marta.getByRole('dialog', { name: 'Call in ⁨Taller⁩' }).getByRole('button', { name: 'Join' }).click();
  await controlsOf(marta).waitFor();
  for (const [one, other] of [
    [juan, 'Eva'],
    [eva, 'Juan'],
    [juan, 'Marta'],
    [eva, 'Marta'],
  ] as const)
    await seesAndHears(one, other);

  for (const [host, name, other, address] of [
    [juanHost, 'Juan', 'Marta', '10.77.0.103'],
    [martaHost, 'Marta', 'Juan', '10.77.0.102'],
  ] as const) {
    const before = eva.events.length;
    lan.move(host, address);
    const seconds: Record<string, number> = {};
    for (const source of ['camera', 'microphone']) seconds[source] = await untilSteady(eva, name, source, before);
    process.stdout.write(`${name} is back after ${seconds['camera']} s (sound ${seconds['microphone']} s)\n`);
    expect(Math.max(...Object.values(seconds)), name).toBeLessThanOrEqual(BACK);
    // And sees and hears as before; of nobody else was a second missed meanwhile.
    if (name === 'Juan') for (const source of ['camera', 'microphone']) await untilSteady(juan, 'Eva', source, juan.events.length);
    for (const source of ['camera', 'microphone']) expect(decodedOf(eva, other, source, before), `${source} of ${other}`).not.toContain(0);
  }
});
