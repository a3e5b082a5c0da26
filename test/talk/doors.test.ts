import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

/** A relay whose first room Ana founded: `flags` are hers, `serve` the relay's. */
async function found(flags: readonly string[] = [], serve: readonly string[] = []) {
  const folder = temporaryFolder();
  const { relay, listening, ports } = await startRelay(join(folder, 'relay'), undefined, serve);
  const host = `127.0.0.1:${ports.chat}`;
  const ana = startChat('Ana', host, join(folder, 'ana'), listening.founder, flags);
  const ready = await ana.until(isEvent('ready'), 'ready');
  return { folder, host, relay, ports, ana, ready };
}

describe('who has only the address', () => {
  test('knocks, is seen with its words, and is let in', async () => {
    const { folder, host, ana, ready } = await found();
    const juan = startChat('Juan', host, join(folder, 'juan'));
    const waiting = await juan.until(isEvent('waiting'), 'waiting');
    const knock = await ana.until(isEvent('knock', { name: 'Juan' }), 'knock');
    expect(knock).toMatchObject({ room: ready.room, words: waiting.words, device: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(waiting.words).toHaveLength(5);
    ana.write('/admit Juan');
    expect(await juan.until(isEvent('ready'), 'ready')).toMatchObject({ room: ready.room, access: 'invited' });
    await ana.until(isEvent('knock-gone', { device: knock.device }), 'knock-gone');
    await ana.until(isEvent('member', { name: 'Juan', joined: true, door: 'knock', by: 'Ana' }), 'member');
    juan.write('thank you');
    await ana.until(isEvent('message', { text: 'thank you', from: 'Juan' }), 'message');
    ana.write('welcome');
    await juan.until(isEvent('message', { text: 'welcome', from: 'Ana' }), 'answer');
    // Inside it comes back without knocking.
    juan.end();
    expect(await juan.exit).toBe(0);
    const again = startChat('Juan', host, join(folder, 'juan'));
    await again.until(isEvent('ready'), 'ready');
    expect(again.events.some(isEvent('waiting'))).toBe(false);
  });

  test('hears that it is not let in, and goes with 3', async () => {
    const { folder, host, ana } = await found();
    const eva = startChat('Eva', host, join(folder, 'eva'));
    await ana.until(isEvent('knock', { name: 'Eva' }), 'knock');
    ana.write('/deny eva');
    expect(await eva.exit).toBe(3);
    expect(eva.events.at(-1)).toMatchObject({ event: 'refused', code: 'knock_refused' });
    await ana.until(isEvent('knock-gone'), 'knock-gone');
    // Who was sent away does not stand there again the next moment.
    const again = startChat('Eva', host, join(folder, 'eva'));
    expect(await again.exit).toBe(3);
    expect(again.events.at(-1)).toMatchObject({ event: 'refused', code: 'knock_refused', message: expect.stringMatching(/\S\.$/) });
    expect(ana.events.filter(isEvent('knock'))).toHaveLength(1);
  });

  test('may go while it waits, and is seen to be gone', async () => {
    const { folder, host, ana } = await found();
    const luis = startChat('Luis', host, join(folder, 'luis'));
    await luis.until(isEvent('waiting'), 'waiting');
    await ana.until(isEvent('knock', { name: 'Luis' }), 'knock');
    luis.kill('SIGINT');
    expect(await luis.exit).toBe(0);
    await ana.until(isEvent('knock-gone'), 'knock-gone');
    ana.write('/admit Luis');
    await ana.until(isEvent('error', { code: 'no_such_knock' }), 'no_such_knock');
  });

  test('is seen to be gone too when it was killed, and knocks anew', async () => {
    const { folder, host, ana } = await found();
    const luis = startChat('Luis', host, join(folder, 'luis'));
    const { words, device } = await ana.until(isEvent('knock'), 'knock');
    luis.kill('SIGKILL');
    await luis.exit;
    await ana.until(isEvent('knock-gone', { device }), 'knock-gone');
    const again = startChat('Luis', host, join(folder, 'luis'));
    expect((await again.until(isEvent('waiting'), 'waiting')).words).toEqual(words);
    await ana.untilAll((events) => events.filter(isEvent('knock', { device })).length === 2, 'a second knock');
    ana.write('/admit Luis');
    await again.until(isEvent('ready'), 'ready');
  });

  test('is inside at its next start when it was let in and died before it heard of it', async () => {
    const { folder, host, ana, ready } = await found();
    const luis = startChat('Luis', host, join(folder, 'luis'));
    await ana.until(isEvent('knock'), 'knock');
    luis.kill('SIGSTOP');
    ana.write('/admit Luis');
    await ana.until(isEvent('member', { name: 'Luis', joined: true }), 'member');
    ana.write('are you there?');
    await ana.until(isEvent('sent'), 'sent');
    luis.kill('SIGKILL');
    await luis.exit;
    const again = startChat('Luis', host, join(folder, 'luis'));
    expect(await again.until(isEvent('ready'), 'ready')).toMatchObject({ room: ready.room });
    await again.until(isEvent('message', { text: 'are you there?', from: 'Ana' }), 'message');
    expect(ana.events.filter(isEvent('knock'))).toHaveLength(1);
  });

  test('goes on waiting in another terminal that takes over', async () => {
    const { folder, host, ana } = await found();
    const first = startChat('Luis', host, join(folder, 'luis'));
    const { words } = await first.until(isEvent('waiting'), 'waiting');
    await ana.until(isEvent('knock'), 'knock');
    const refused = startChat('Luis', host, join(folder, 'luis'));
    expect(await refused.exit).toBe(4);
    const second = startChat('Luis', host, join(folder, 'luis'), undefined, ['--take-over']);
    expect(await first.exit).toBe(4);
    expect((await second.until(isEvent('waiting'), 'waiting')).words).toEqual(words);
    await ana.untilAll((events) => events.filter(isEvent('knock')).length === 2, 'a second knock');
    ana.write('/admit Luis');
    await second.until(isEvent('ready'), 'ready');
  });

  test('waits on through a restart of the relay', async () => {
    const { folder, host, ana, relay, ports } = await found();
    const juan = startChat('Juan', host, join(folder, 'juan'));
    await ana.until(isEvent('knock'), 'knock');
    relay.kill('SIGKILL');
    await relay.exit;
    await juan.until(isEvent('state', { connected: false }), 'offline');
    await startRelay(join(folder, 'relay'), ports);
    await ana.untilAll((events) => events.filter(isEvent('knock')).length === 2, 'a second knock');
    // It said again that it waits, with the same words, and nothing of having been turned away.
    await juan.untilAll((events) => events.filter(isEvent('waiting')).length === 2, 'waiting again');
    expect(new Set(juan.events.filter(isEvent('waiting')).map(({ words }) => words.join(' '))).size).toBe(1);
    expect(juan.events.filter(({ event }) => ['refused', 'error'].includes(event))).toEqual([]);
    ana.write('/admit Juan');
    await juan.until(isEvent('ready'), 'ready');
  });

  test.each([
    ['whoever founded it', ['--open-room'], []],
    ['its host', [], ['--open-room']],
  ])('comes straight into a room that %s made open', async (_who, flags, serve) => {
    const { folder, host, ana, ready } = await found(flags, serve);
    expect(ready.access).toBe('open');
    const juan = startChat('Juan', host, join(folder, 'juan'));
    expect(await juan.until(isEvent('ready'), 'ready')).toMatchObject({ room: ready.room, access: 'open' });
    await ana.until(isEvent('member', { name: 'Juan', joined: true, door: 'open' }), 'member');
    expect(ana.events.some(isEvent('knock'))).toBe(false);
    juan.write('hello');
    await ana.until(isEvent('message', { text: 'hello', from: 'Juan' }), 'message');
    ana.write('hello to you');
    await juan.until(isEvent('message', { text: 'hello to you', from: 'Ana' }), 'answer');
  });

  test('is told that nobody has opened a room yet', async () => {
    const folder = temporaryFolder();
    const { ports } = await startRelay(join(folder, 'relay'));
    const eva = startChat('Eva', `127.0.0.1:${ports.chat}`, join(folder, 'eva'));
    expect(await eva.exit).toBe(3);
    expect(eva.events.at(-1)).toMatchObject({ event: 'refused', code: 'not_founded' });
  });
});

describe('one to one', () => {
  test('what is said to one member reaches that one alone, also later, and no line twice', async () => {
    const { folder, host, ana } = await found(['--open-room']);
    const juan = startChat('Juan', host, join(folder, 'juan'));
    const eva = startChat('Eva', host, join(folder, 'eva'));
    await Promise.all([juan, eva].map((person) => person.until(isEvent('ready'), 'ready')));
    await ana.untilAll((events) => events.filter(isEvent('member', { joined: true })).length === 2, 'both');
    ana.write('/msg Juan between us');
    const opened = await juan.until(isEvent('opened'), 'opened');
    expect(opened).toMatchObject({ kind: 'direct', name: 'Ana' });
    await juan.until(isEvent('message', { room: opened.room, text: 'between us', from: 'Ana' }), 'message');
    juan.kill('SIGKILL');
    await juan.exit;
    ana.write('/msg Juan are you there');
    await ana.until(isEvent('message', { room: opened.room, text: 'are you there' }), 'sent');
    ana.write('to all');
    const again = startChat('Juan', host, join(folder, 'juan'));
    await again.until(isEvent('message', { room: opened.room, text: 'are you there' }), 'message');
    await again.until(isEvent('message', { text: 'to all' }), 'message');
    again.write('/room Ana');
    again.write('here I am');
    await ana.until(isEvent('message', { room: opened.room, text: 'here I am', from: 'Juan' }), 'answer');
    await eva.until(isEvent('message', { text: 'to all' }), 'to all');
    expect(eva.events.filter(isEvent('message')).map(({ text }) => text)).toEqual(['to all']);
    // What a kill cut off before it was remembered may come again, and once only.
    const texts = again.events.filter(isEvent('message')).map(({ text }) => text as string);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('begins with somebody who is away, and is there when that one comes back', async () => {
    const { folder, host, ana } = await found(['--open-room']);
    const eva = startChat('Eva', host, join(folder, 'eva'));
    await eva.until(isEvent('ready'), 'ready');
    await ana.until(isEvent('member', { name: 'Eva', joined: true }), 'member');
    eva.end();
    expect(await eva.exit).toBe(0);
    ana.write('/msg Eva for when you are back');
    const { room } = await ana.until(isEvent('message', { text: 'for when you are back' }), 'sent');
    ana.end();
    expect(await ana.exit).toBe(0);
    const again = startChat('Eva', host, join(folder, 'eva'));
    expect(await again.until(isEvent('opened'), 'opened')).toMatchObject({ room, kind: 'direct', name: 'Ana' });
    await again.until(isEvent('message', { room, text: 'for when you are back', from: 'Ana' }), 'message');
    again.write('/msg Ana here I am');
    again.end();
    expect(await again.exit).toBe(0);
    const back = startChat('Ana', host, join(folder, 'ana'));
    await back.until(isEvent('message', { room, text: 'here I am', from: 'Eva' }), 'answer');
  });
});

test('two people at terminals: one knocks, one lets in, and they write to each other alone', async () => {
  const folder = temporaryFolder();
  const { listening, ports } = await startRelay(join(folder, 'relay'));
  const host = `127.0.0.1:${ports.chat}`;
  const size = { columns: 110, rows: 30 };
  const ana = openTerminal(
    ['chat', '--name', 'Ana', '--host', host, '--data', join(folder, 'ana')],
    { CORRILLO_INVITE: listening.founder },
    size,
  );
  await ana.until(/● Connected/);
  const juan = openTerminal(['chat', '--name', 'Juan', '--host', host, '--data', join(folder, 'juan')], { LANG: 'es_ES.UTF-8' }, size);
  const door = await juan.until(/Esperas a la puerta de 127\.0\.0\.1[\s\S]*Tus palabras: (.+?)\. Quien/);
  const [, words = ''] = /Tus palabras: (.+?)\. Quien/.exec(door) ?? [];
  await ana.until(new RegExp(`◆ Juan is at the door\\. Words: ${words}\\.`));
  ana.write('/adm');
  ana.press('Tab', 'j', 'Tab', 'Enter');
  await juan.until(/Juan ha entrado: Ana abrió la puerta\./);
  await ana.untilRows((rows) => !rows.join().includes('◆'), 'nobody at the door');
  juan.type('/privado Ana solo para ti');
  await ana.until(/with Juan \(1\)/);
  expect(ana.screen()).not.toContain('solo para ti');
  ana.press('C-n');
  await ana.until(/Juan │ solo para ti/);
  ana.type('got it');
  await juan.until(/con Ana \(1\)/);
  juan.press('C-c');
  expect(await juan.exit()).toBe(0);
});
