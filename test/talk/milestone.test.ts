import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';

test('two terminals talk in one room entered by link, through a kill -9 of the relay', async () => {
  const folder = temporaryFolder();
  const first = await startRelay(join(folder, 'relay'));
  const host = `127.0.0.1:${first.ports.chat}`;
  expect(first.listening.founder).toMatch(/^https:\/\/.+\/f#v1\./);

  const ana = startChat('Ana', host, join(folder, 'ana'), first.listening.founder);
  const ready = await ana.until(isEvent('ready'), 'ready');
  expect(ready.members).toEqual([{ name: 'Ana', device: ready.device }]);
  await first.relay.until(isEvent('founded', { room: ready.room }), 'founded');

  ana.write('/invite');
  const { link } = await ana.until(isEvent('invite'), 'invite');
  const juan = startChat('Juan', host, join(folder, 'juan'), link);
  const inside = await juan.until(isEvent('ready'), 'ready');
  expect(inside.room).toBe(ready.room);
  expect(inside.members.map(({ name }: { name: string }) => name).toSorted()).toEqual(['Ana', 'Juan']);
  await ana.until(isEvent('member', { name: 'Juan', joined: true, door: 'link' }), 'member');

  ana.write('hello Juan');
  juan.write('hola Ana');
  await ana.until(isEvent('message', { text: 'hola Ana', from: 'Juan', own: false }), 'message');
  await juan.until(isEvent('message', { text: 'hello Juan', from: 'Ana', own: false }), 'message');

  first.relay.kill('SIGKILL');
  await first.relay.exit;
  await ana.until(isEvent('state', { connected: false }), 'state');
  ana.write('written while the relay was down');
  await ana.until(isEvent('queued', { text: 'written while the relay was down', line: 3 }), 'queued');

  const second = await startRelay(join(folder, 'relay'), first.ports);
  expect(second.listening.founder).toBeUndefined();
  await juan.until(isEvent('message', { text: 'written while the relay was down' }), 'message');
  juan.write('and it came');
  await Promise.all([ana, juan].map((person) => person.until(isEvent('message', { text: 'and it came' }), 'message')));

  const texts = (events: typeof ana.events) => events.filter(isEvent('message')).map(({ text }) => text as string);
  const all = ['hello Juan', 'hola Ana', 'written while the relay was down', 'and it came'];
  expect(texts(ana.events).toSorted()).toEqual(all.toSorted());
  expect(texts(juan.events)).toEqual(texts(ana.events));
  expect(ana.events.filter(isEvent('words')).at(-1)?.words).toEqual(inside.words);

  // An own message is told as sent before it is shown.
  const at = (name: string, id: string) => ana.events.findIndex((event) => event.event === name && event.id === id);
  for (const { id, own } of ana.events.filter(isEvent('message'))) {
    if (own) expect([at('queued', id) < at('sent', id), at('sent', id) < at('message', id)]).toEqual([true, true]);
  }

  juan.end();
  expect(await juan.exit).toBe(0);
  ana.write('/quit');
  expect(await ana.exit).toBe(0);
  second.relay.kill('SIGTERM');
  expect(await second.relay.exit).toBe(0);
  expect(second.relay.events.at(-1)).toEqual({ event: 'stopped' });
});
