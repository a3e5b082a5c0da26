import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers } from '../browser/support/axe.ts';
import { desktop, phone } from '../browser/support/chromium.ts';
import { takeScreenshot } from '../browser/support/screenshots.ts';
import { comeIn, foundRoom, lineOf, onThisMachine, readLink, readTexts, say, untilSent } from '../browser/support/talking.ts';
import { trustAuthority } from '../browser/support/trust.ts';
import { isEvent, type JsonEvent, type Program, temporaryFolder } from '../support/programs.ts';
import { createLan, type Host, type Lan } from './network.ts';
import { openPage, runOn, startChat, startRelay } from './hosts.ts';

let lan: Lan;
beforeAll(() => {
  lan = createLan(5);
});
afterAll(() => lan?.remove());

const textsOf = ({ events }: Program) => events.filter(isEvent('message')).map(({ text }) => text as string);
const trouble = ({ event }: JsonEvent) => ['error', 'missing', 'removed', 'refused'].includes(event);

describe('on one network', () => {
  it('two pages and two terminals talk through the death of the relay, and notice a pause', async () => {
    const [relayHost, martaHost, lenaHost, juanHost, kofiHost] = lan.hosts as [Host, Host, Host, Host, Host];
    const folder = temporaryFolder();
    const data = join(folder, 'relay');
    const { relay, listening, ports } = await startRelay(relayHost, data);
    expect(new URL(listening.founder).hostname).toBe(relayHost.address);
    const authority = join(data, 'tls', 'ca.pem');
    const [marta, lena] = await Promise.all([
      openPage(martaHost, trustAuthority(join(folder, 'marta'), authority), desktop),
      openPage(lenaHost, trustAuthority(join(folder, 'lena'), authority), phone),
    ]);
    await marta.goto(listening.founder);
    await foundRoom(marta, 'Marta', 'Taller');
    const link = await readLink(marta);
    expect(new URL(link).origin).toBe(`https://${relayHost.address}:${ports.web}`);
    await lena.goto(link);
    await comeIn(lena, 'Lena');
    const chatAddress = `${relayHost.address}:${ports.chat}`;
    const juan = startChat(juanHost, 'Juan', chatAddress, join(folder, 'juan'), link);
    const kofi = startChat(kofiHost, 'Kofi', chatAddress, join(folder, 'kofi'), link);
    await Promise.all([juan, kofi].map((chat) => chat.until(isEvent('ready'), 'ready')));

    const all: string[] = [];
    /** Everybody says something, all at once. */
    const talk = async (when: string) => {
      const lines = (name: string) => [1, 2, 3].map((i) => `${when}: ${name} says ${i}`);
      for (const name of ['Juan', 'Kofi', 'Marta', 'Lena']) all.push(...lines(name));
      for (const line of lines('Juan')) juan.write(line);
      for (const line of lines('Kofi')) kofi.write(line);
      await Promise.all([sayAll(marta, lines('Marta')), sayAll(lena, lines('Lena'))]);
    };
    const untilAllHeard = () =>
      Promise.all([
        ...[juan, kofi].map((chat) => chat.untilAll(() => textsOf(chat).length >= all.length, `all ${all.length} lines`)),
        ...[marta, lena].flatMap((page) => all.slice(-12).map((line) => lineOf(page, line).waitFor())),
      ]);

    // High enough for the whole conversation: a page draws only what is near the screen.
    for (const page of [marta, lena]) await page.setViewportSize({ width: 600, height: 4_000 });
    await talk('before');
    await untilAllHeard();

    relay.kill('SIGKILL');
    await relay.exit.catch(() => {});
    await talk('meanwhile');
    await Promise.all([marta, lena].map((page) => page.getByText('No connection', { exact: true }).waitFor()));
    await startRelay(relayHost, data, ports);
    const restarted = performance.now();
    await untilAllHeard();
    // Half of it is what the slowest waits between two attempts.
    expect(performance.now() - restarted).toBeLessThan(10_000);
    await talk('after');
    await untilAllHeard();
    await Promise.all([untilSent(marta, 'after: Marta says 3'), untilSent(lena, 'after: Lena says 3')]);

    const order = textsOf(juan);
    expect(order.toSorted()).toEqual(all.toSorted());
    expect(textsOf(kofi)).toEqual(order);
    expect(await readTexts(marta)).toEqual(order);
    expect(await readTexts(lena)).toEqual(order);
    for (const chat of [juan, kofi]) {
      expect(chat.events.filter(trouble)).toEqual([]);
      const connected = chat.events.filter(isEvent('state')).map((event) => event.connected as boolean);
      expect(connected.filter((now, i) => now !== connected[i - 1])).toEqual([true, false, true]);
      const sent = chat.events.filter(isEvent('sent')).map(({ id }) => id as string);
      expect(new Set(sent).size).toBe(sent.length);
    }
    for (const page of [marta, lena]) {
      await page.getByText('4 here now', { exact: true }).waitFor();
      expect((await page.getByRole('alert').allInnerTexts()).join('')).toBe('');
    }
  });

  it('the host tells others where it is, and no more', async () => {
    const [relayHost, otherHost] = lan.hosts as [Host, Host];
    const folder = temporaryFolder();
    const { listening, ports } = await startRelay(relayHost, join(folder, 'relay'));
    const get = (host: Host, url: string, answer = 'json') =>
      runOn(
        host,
        `console.log(JSON.stringify(await (await fetch('${url}', { headers: { accept: '${answer === 'text' ? 'text/html' : '*/*'}' } })).${answer}()))`,
      );
    const address = `http://${relayHost.address}:${ports.web}`;
    const own = { name: 'eth0', address: relayHost.address, netmask: '255.255.255.0' };
    const other = (await get(otherHost, `${address}/api/network-info`)) as { serverIP: string; interfaces: Array<{ mac: string | null }> };
    expect(other).toMatchObject({ serverIP: relayHost.address });
    expect(other.interfaces).toContainEqual({ ...own, mac: null });
    expect(other.interfaces.filter(({ mac }) => mac !== null)).toEqual([]);
    const local = get(relayHost, `http://localhost:${ports.web}/api/network-info`) as { interfaces: unknown[] };
    expect(local.interfaces).toContainEqual({ ...own, mac: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/) });
    expect(get(otherHost, `${address}/api/client-ip`)).toEqual({ ip: otherHost.address });

    // Without https: the way in, and no chat.
    const secure = `https://${relayHost.address}:${ports.web}/`;
    const visitor = await openPage(otherHost, folder, phone);
    await visitor.goto(address);
    expect(await visitor.getByRole('link', { name: 'Open the protected address' }).getAttribute('href')).toBe(secure);
    expect(await visitor.getByRole('link', { name: 'without the warning' }).getAttribute('href')).toBe('/trust');
    expect(await findBarriers(visitor)).toEqual([]);
    await takeScreenshot(visitor, 'way-in-phone');
    const refused = `import { io } from 'socket.io-client';
      const socket = io('${address}', { reconnection: false });
      socket.on('connect_error', ({ data }) => { console.log(JSON.stringify(data)); socket.close(); });`;
    expect(runOn(otherHost, refused)).toEqual({ code: 'tls_required', url: secure });

    // The host itself comes in by its own door, and invites others by the address that leads them there.
    const host = await openPage(relayHost, folder, desktop);
    await host.goto(onThisMachine(listening.founder));
    await foundRoom(host, 'Marta', 'Taller');
    expect(new URL(await readLink(host)).origin).toBe(`https://${relayHost.address}:${ports.web}`);
  });
});

async function sayAll(page: Page, lines: readonly string[]): Promise<void> {
  for (const line of lines) await say(page, line);
}
