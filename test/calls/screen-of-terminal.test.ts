import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useCallPage } from '../browser/support/call-site.ts';
import { isEvent, type JsonEvent, startProgram } from '../support/programs.ts';
import { startDisplay } from '../support/x-display.ts';
import { begin, gather, type Somebody } from './gathering.ts';

const origin = useCallPage();

const sharesIn = ({ members }: JsonEvent): boolean =>
  (members as Array<{ own: boolean; screen: boolean }>).some(({ own, screen }) => own && screen);
const isCall = isEvent('call', { state: 'in' });

it('a page sees the screen of a terminal, until that shares it no longer', { timeout: 240_000 }, async () => {
  const display = await startDisplay(1280, 800);
  await display.paint(0x10d020);
  const { people, folder, host, link } = await gather(origin(), 'red');
  const [red] = people as [Somebody];
  await begin(people);
  const flags = [
    'chat',
    '--json',
    '--name',
    'Terminal',
    '--host',
    host,
    '--data',
    join(folder, 'terminal'),
    '--call',
    '--microphone',
    'none',
  ];
  const terminal = startProgram(flags, { CORRILLO_INVITE: link, DISPLAY: display.name, WAYLAND_DISPLAY: '' });
  const { device } = await terminal.until(isEvent('ready'), 'ready');
  await terminal.until(isCall, 'in the call');
  terminal.write('/call share');
  await terminal.until((event) => isCall(event) && sharesIn(event), 'shared');
  terminal.write('/call who');
  await terminal.untilAll((events) => events.filter((event) => isCall(event) && sharesIn(event)).length > 1, 'answer');
  const { page } = red;
  await page.evaluate((of) => window.desk.chat?.client.calls.show([{ device: of, source: 'screen', height: 400 }]), device as string);
  const colour = () => page.evaluate((of) => window.desk.eyes.colour(of, 'screen'), device as string);
  await expect
    .poll(colour, { timeout: 60_000 })
    .toSatisfy((seen) => Array.isArray(seen) && seen[1] > 150 && seen[0] < 100 && seen[2] < 100);
  await display.paint(0x2010d0);
  await expect
    .poll(colour, { timeout: 60_000 })
    .toSatisfy((seen) => Array.isArray(seen) && seen[2] > 150 && seen[0] < 100 && seen[1] < 100);
  const before = terminal.events.length;
  terminal.write('/call share stop');
  await terminal.untilAll((events) => events.slice(before).some((event) => isCall(event) && !sharesIn(event)), 'shared no longer');
  const shares = () => page.evaluate((of) => window.desk.calls.tracks.of(of, 'screen') !== null, device as string);
  await expect.poll(shares, { timeout: 20_000 }).toBe(false);
  expect(terminal.events.filter(({ event }) => event === 'error')).toEqual([]);
});
