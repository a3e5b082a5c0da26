import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatInvite } from '../../src/client/index.ts';
import { isEvent, type Program, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { readHex } from './notation.ts';
import { listOldData, unpack } from './old-data.ts';

const said = ({ events }: Program) => events.filter(isEvent('message')).map(({ from, text }) => ({ from, text }));

test.each(listOldData())('what %s left on disk goes on with today’s programs: relay, history, outbox and link', async (name) => {
  const folder = temporaryFolder();
  const old = unpack(name, folder);
  const { relay, listening, ports } = await startRelay(join(folder, 'relay'));
  expect(listening.founder).toBeUndefined();
  const host = `127.0.0.1:${ports.chat}`;

  // Juan has everything from before, and comes to what waited in Ana's outbox.
  const juan = startChat('Juan Pablo', host, join(folder, 'juan'), undefined, ['--history', '100']);
  const ready = await juan.until(isEvent('ready'), 'ready');
  expect(ready.room).toBe(old.room);
  expect(ready.members.map((member: { name: string }) => member.name).toSorted()).toEqual(old.members);
  const ana = startChat('Ana', host, join(folder, 'ana'), undefined, ['--history', '100']);
  await ana.until(isEvent('ready', { room: old.room }), 'ready');
  await juan.until(isEvent('message', { text: old.waiting, from: 'Ana' }), 'what waited');
  await ana.until(isEvent('sent'), 'sent');

  ana.write('written by today');
  await juan.until(isEvent('message', { text: 'written by today', from: 'Ana' }), 'message');
  juan.write('and answered');
  await Promise.all([ana, juan].map((person) => person.until(isEvent('message', { text: 'and answered', from: 'Juan Pablo' }), 'message')));
  const news = [
    { from: 'Ana', text: old.waiting },
    { from: 'Ana', text: 'written by today' },
    { from: 'Juan Pablo', text: 'and answered' },
  ];
  expect(said(ana)).toEqual([...old.lines.ana, ...news]);
  expect(said(juan)).toEqual([...old.lines.juan, ...news]);

  // A link that was written down then lets somebody in now.
  const place = { address: '127.0.0.1', webPort: ports.web, chatPort: ports.chat };
  const link = formatInvite({ ...place, relayKey: readHex(old.relayKey), room: old.room, secret: readHex(old.secret) });
  const nora = startChat('Nora', host, join(folder, 'nora'), link);
  expect((await nora.until(isEvent('ready'), 'ready')).members).toHaveLength(3);
  await juan.until(isEvent('member', { name: 'Nora', joined: true }), 'member');
  nora.write('good evening');
  await Promise.all([ana, juan].map((person) => person.until(isEvent('message', { text: 'good evening', from: 'Nora' }), 'message')));

  for (const person of [ana, juan, nora]) person.end();
  expect(await Promise.all([ana, juan, nora].map(({ exit }) => exit))).toEqual([0, 0, 0]);
  relay.kill();
  expect(await relay.exit).toBe(0);
});

test('what is on disk of a version that was recorded', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as { version: string };
  expect(listOldData()).toContain(`${version}.json`);
});
