import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

async function openRoom() {
  const folder = temporaryFolder();
  const { listening, ports, relay } = await startRelay(join(folder, 'relay'));
  return { folder, host: `127.0.0.1:${ports.chat}`, founder: listening.founder as string, data: join(folder, 'ana'), relay };
}

test('a second program takes over without losing a line, and the first one ends', async () => {
  const { host, founder, data } = await openRoom();
  const first = startChat('Ana', host, data, founder);
  await first.until(isEvent('ready'), 'ready');
  const refused = startChat('Ana', host, data);
  expect(await refused.exit).toBe(4);
  expect(refused.events).toMatchObject([{ event: 'error', code: 'data_in_use' }]);

  const lines = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  first.child.stdin?.write(`${lines.join('\n')}\n`);
  await first.until(isEvent('queued', { text: 'line 20' }), 'queued');
  const second = startChat('Ana', host, data, undefined, ['--take-over', '--history', '1000']);
  expect(await first.exit).toBe(4);
  expect(first.events.at(-1)).toMatchObject({ event: 'error', code: 'taken_over' });
  const queued = first.events.filter(isEvent('queued')).map(({ text }) => text);
  expect(queued).toEqual(lines.slice(0, queued.length));
  // All that was taken from the pipe is in the log, once and in order, by whomever it was sent.
  await second.until(isEvent('message', { text: queued.at(-1) }), 'the last line');
  second.write('and on it goes');
  await second.until(isEvent('message', { text: 'and on it goes' }), 'message');
  expect(second.events.filter(isEvent('message')).map(({ text }) => text)).toEqual([...queued, 'and on it goes']);
});

test('without the host too: what was not sent goes from where one goes on', async () => {
  const { folder, host, founder, data, relay } = await openRoom();
  const first = startChat('Ana', host, data, founder);
  await first.until(isEvent('ready'), 'ready');
  relay.kill('SIGKILL');
  await first.until(isEvent('state', { connected: false }), 'offline');
  first.write('for later');
  await first.until(isEvent('queued', { text: 'for later' }), 'queued');
  const second = startChat('Ana', host, data, undefined, ['--take-over']);
  expect(await first.exit).toBe(4);
  await startRelay(join(folder, 'relay'), { web: 0, chat: Number(host.split(':')[1]) });
  await second.until(isEvent('message', { text: 'for later' }), 'message');
});

test('a person is told who holds the device, is asked, and goes on with the line that was begun', async () => {
  const { host, founder, data } = await openRoom();
  const first = openTerminal(['chat', '--name', 'Ana', '--host', host, '--data', data], { CORRILLO_INVITE: founder });
  await first.until(/● Connected/);
  await first.until(/Nobody else is here yet/);
  first.type('said there');
  await first.until(/│ said there/);
  first.write('half a line, ñ 日');
  await first.until(/> half a line/);

  const no = openTerminal(['chat', '--host', host, '--data', data]);
  await no.until(/open already with this data on \/dev\/pts\/\d+ \(process \d+, since \d\d:\d\d\)\. Go on here\? \[y\/N\]/);
  no.press('Enter');
  await no.until(/in use by another Corrillo/);
  expect(await no.exit()).toBe(4);

  const second = openTerminal(['chat', '--host', host, '--data', data], { LANG: 'es_ES.UTF-8' });
  await second.until(/¿Seguir aquí\? \[s\/N\]/);
  second.type('s');
  await second.until(/> half a line, ñ 日/);
  await second.until(/│ said there/);
  await first.until(/You went on in another terminal: nothing is lost/);
  expect(await first.exit()).toBe(4);
  second.press('Enter');
  await second.until(/│ half a line, ñ 日/);
});

test('in plain lines as well', async () => {
  const { host, founder, data } = await openRoom();
  const first = openTerminal(['chat', '--plain', '--name', 'Ana', '--host', host, '--data', data], { CORRILLO_INVITE: founder });
  await first.until(/You are in/);
  first.write('half a line');
  await first.until(/> half a line/);
  const second = openTerminal(['chat', '--plain', '--take-over', '--host', host, '--data', data]);
  await second.until(/> half a line/);
  expect(await first.exit()).toBe(4);
  second.press('Enter');
  await second.until(/Ana: half a line ✓/);
});
