import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRoom } from '../support/open-room.ts';
import { isEvent, type JsonEvent, serveWords, startChat, startProgram, startRelay, temporaryFolder } from '../support/programs.ts';

const texts = (events: readonly JsonEvent[]) => events.filter(isEvent('message')).map(({ text }) => text);

describe('serve', () => {
  test('tells what listens, and where the founder link waits', async () => {
    const folder = temporaryFolder();
    const { listening } = await startRelay(join(folder, 'relay'));
    expect(listening).toMatchObject({ version: expect.any(String), data: join(folder, 'relay') });
    expect(listening.words).toHaveLength(5);
    expect(listening.addresses.length).toBeGreaterThan(0);
    for (const { address, url } of listening.links) expect(url).toContain(address);
    const file = join(folder, 'relay', 'founder');
    expect((await readFile(file, 'utf8')).trim()).toBe(listening.founder);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test.each([
    [['--port', 'x'], 'bad_flag', 2],
    [['--prot', '1'], 'bad_flag', 2],
    [['--port', '70000'], 'bad_flag', 2],
    [['--keep-files', '90'], 'bad_flag', 2],
    [['--files-max-room', '20X'], 'bad_flag', 2],
    [['--data', '/proc/nothing'], 'data_not_writable', 1],
  ])('with %j ends with %s and no stack trace', async (flags, code, exit) => {
    const program = startProgram(['serve', '--json', '--no-open', ...flags]);
    expect(await program.exit).toBe(exit);
    expect(program.events).toEqual([{ event: 'error', code, message: expect.stringMatching(/^[A-Z/].*\S/) }]);
    expect(program.stderr()).not.toContain('    at ');
  });

  test('says that a port or a folder is in use', async () => {
    const folder = temporaryFolder();
    const { ports } = await startRelay(join(folder, 'relay'));
    const samePort = startProgram(serveWords(join(folder, 'other'), { web: ports.web }));
    expect(await samePort.exit).toBe(1);
    expect(samePort.events[0]).toMatchObject({ event: 'error', code: 'port_busy', message: expect.stringContaining(String(ports.web)) });
    const sameFolder = startProgram(serveWords(join(folder, 'relay')));
    expect(await sameFolder.exit).toBe(4);
    expect(sameFolder.events[0]).toMatchObject({ event: 'error', code: 'data_in_use' });
  });
});

describe('chat', () => {
  test('is not let in with a founder link that was used, or with another link', async () => {
    const { folder, host, link, relay } = await openRoom();
    const cases: Array<[string, string]> = [
      [relay.listening.founder, 'already_founded'],
      [link.replace(/#v1\.[^.]+/, `#v1.${'A'.repeat(43)}`), 'wrong_token'],
      [link.replace(/\/j\/../, '/j/00'), 'wrong_token'],
    ];
    for (const [index, [invite, code]] of cases.entries()) {
      const stranger = startChat('Eva', host, join(folder, `eva${index}`), invite);
      expect(await stranger.exit).toBe(3);
      expect(stranger.events.find(isEvent('refused'))).toMatchObject({ code });
      expect(stranger.events.some(isEvent('ready'))).toBe(false);
    }
  });

  test('does not talk to a relay with another key than its link says', async () => {
    const { folder, host, link } = await openRoom();
    const elsewhere = link.replace(/\.[^.]+\.(\d+)$/, `.${'A'.repeat(22)}.$1`);
    const stranger = startChat('Eva', host, join(folder, 'eva'), elsewhere);
    await stranger.until(isEvent('state', { connected: false, code: 'wrong_key' }), 'wrong_key');
    stranger.kill('SIGTERM');
    expect(await stranger.exit).toBe(0);
  });

  test('takes lines byte for byte, numbers them, and does not send a command it does not know', async () => {
    const { ana } = await openRoom();
    const odd = '  two  spaces, tab\t, quote " \\ \u0007 ñ 👩‍👩‍👧 \u202e ';
    for (const line of ['//me', odd, '', '/invte', 'x'.repeat(64 * 1024), 'y'.repeat(64 * 1024 + 1), 'last']) ana.write(line);
    await ana.until(isEvent('message', { text: 'last' }), 'last');
    expect(texts(ana.events)).toEqual(['/me', odd, 'x'.repeat(64 * 1024), 'last']);
    // Line 1 was /invite.
    expect(ana.events.filter(isEvent('queued')).map(({ line }) => line)).toEqual([2, 3, 6, 8]);
    expect(ana.events.filter(isEvent('error'))).toMatchObject([
      { code: 'unknown_command', line: 5, message: expect.stringContaining('/invite') },
      { code: 'text_too_long', line: 7 },
    ]);
  });

  test('takes JSON lines where it is told to', async () => {
    const { folder, host, link } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link, ['--json-input']);
    await juan.until(isEvent('ready'), 'ready');
    for (const line of [{ text: '/who' }, { text: 'two\nlines' }, { command: '/who' }, { command: 'who' }])
      juan.write(JSON.stringify(line));
    juan.write('not JSON');
    await juan.until(isEvent('message', { text: 'two\nlines' }), 'two lines');
    await juan.until(isEvent('members'), 'members');
    await juan.until(isEvent('error', { code: 'bad_input', line: 5 }), 'bad_input');
    expect(juan.events.find(isEvent('error'))).toMatchObject({ code: 'bad_input', line: 4 });
    expect(texts(juan.events)).toEqual(['/who', 'two\nlines']);
  });

  test('answers about calls, also where there is none', async () => {
    const { ana } = await openRoom();
    for (const line of ['/call who', '/call stop', '/call strat']) ana.write(line);
    expect(await ana.until(isEvent('call'), 'call')).toMatchObject({ state: 'out', members: [], ringing: null, room: expect.any(String) });
    await ana.until(isEvent('error', { code: 'unknown_call_word', line: 4 }), 'unknown word');
    expect(ana.events.filter(isEvent('error'))).toMatchObject([
      { code: 'not_in_call', line: 3 },
      { message: expect.stringContaining('/call start') },
    ]);
  });

  test('shows what was missed, repeats nothing, and shows history when asked', async () => {
    const { folder, host, link, ana } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    ana.write('one');
    await juan.until(isEvent('message', { text: 'one' }), 'one');
    juan.end();
    expect(await juan.exit).toBe(0);

    ana.write('two');
    await ana.until(isEvent('message', { text: 'two' }), 'two');
    const again = startChat('Juan', host, join(folder, 'juan'));
    await again.until(isEvent('ready'), 'ready');
    expect(texts(again.events)).toEqual(['two']);
    again.end();
    expect(await again.exit).toBe(0);

    const third = startChat('Juan', host, join(folder, 'juan'), undefined, ['--history', '10']);
    await third.until(isEvent('ready'), 'ready');
    expect(texts(third.events)).toEqual(['one', 'two']);
  });

  test('does a command that is about the room when it has caught up, and what follows after it', async () => {
    const { folder, host, link, ana } = await openRoom();
    ana.end();
    expect(await ana.exit).toBe(0);
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    const again = startChat('Ana', host, join(folder, 'ana'));
    again.child.stdin?.end('/who\nhello\n/invite\n');
    expect(await again.exit).toBe(0);
    expect(again.events.filter(isEvent('error'))).toEqual([]);
    const told = again.events.filter(({ event }) => ['ready', 'members', 'queued'].includes(event));
    expect(told).toMatchObject([
      { event: 'ready' },
      { event: 'members', members: [{ name: 'Ana' }, { name: 'Juan', here: true }] },
      { event: 'queued', text: 'hello', line: 2 },
    ]);
    expect(again.events.find(isEvent('invite'))).toMatchObject({ link });
  });

  test('keeps its lines through kill -9, and sends each once', async () => {
    const { folder, host, link, ana, relay } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    relay.relay.kill('SIGKILL');
    // Nobody answers, however often it is tried: that is said once.
    await Promise.all([ana, juan].map((person) => person.until(isEvent('state', { connected: false, code: 'refused' }), 'refused')));
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    for (const line of lines) juan.write(line);
    await juan.until(isEvent('queued', { text: 'line 19' }), 'queued');
    juan.kill('SIGKILL');
    await juan.exit;
    const refusals = ana.events.filter(isEvent('state', { code: 'refused' }));

    await startRelay(join(folder, 'relay'), relay.ports);
    const again = startChat('Juan', host, join(folder, 'juan'));
    await again.untilAll((events) => events.filter(isEvent('sent')).length === 20, 'sent');
    await ana.until(isEvent('message', { text: 'line 19' }), 'line 19');
    expect(texts(ana.events)).toEqual(lines);
    again.end();
    expect(await again.exit).toBe(0);
    expect(texts(again.events)).toEqual(lines);
    expect(refusals).toHaveLength(1);
  });

  test('ends with 5 when its outbox is not empty in time, and with 4 when its folder is in use', async () => {
    const { folder, host, link, relay } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link, ['--flush-timeout', '0']);
    await juan.until(isEvent('ready'), 'ready');
    const second = startChat('Juan', host, join(folder, 'juan'), link);
    expect(await second.exit).toBe(4);
    expect(second.events).toMatchObject([{ event: 'error', code: 'data_in_use' }]);

    relay.relay.kill('SIGKILL');
    await juan.until(isEvent('state', { connected: false }), 'offline');
    juan.write('too late');
    juan.end();
    expect(await juan.exit).toBe(5);
    expect(juan.events.find(isEvent('queued'))).toMatchObject({ text: 'too late' });
  });

  test('refuses flags it does not know, and invitations in argv', async () => {
    for (const flags of [['--invite', 'https://x/j'], ['https://x/j/0'], ['--history', 'many'], ['--host', 'a:b:c/d e']]) {
      const program = startProgram(['chat', '--json', ...flags]);
      expect(await program.exit, flags.join(' ')).toBe(2);
      expect(program.events).toMatchObject([{ event: 'error', code: 'bad_flag' }]);
    }
    const program = startProgram(['chat', '--json', '--host', '127.0.0.1:1', '--data', temporaryFolder()], {
      CORRILLO_INVITE: 'https://example/',
    });
    expect(await program.exit).toBe(2);
    expect(program.events).toMatchObject([{ event: 'error', code: 'bad_invite' }]);
  });
});

describe('removing', () => {
  test('changes the link, tells both sides, and shuts the door behind the one removed', async () => {
    const { folder, host, link, ana } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    const eva = startChat('Eva', host, join(folder, 'eva'), link);
    await Promise.all([juan, eva].map((person) => person.until(isEvent('ready'), 'ready')));
    await ana.untilAll((events) => events.filter(isEvent('member', { joined: true })).length === 2, 'both');
    // Of two who come at once the first may be in before the second is.
    const showsEva = (event: JsonEvent) =>
      isEvent('member', { name: 'Eva' })(event) || (event.event === 'ready' && JSON.stringify(event.members).includes('"Eva"'));
    await juan.until(showsEva, 'Eva');
    // Only the founder may.
    juan.write('/remove Eva');
    await juan.until(isEvent('error', { code: 'not_allowed', line: 1 }), 'not_allowed');

    ana.write('/remove juan');
    await juan.until(isEvent('removed', { by: 'Ana' }), 'removed');
    expect(await juan.exit).toBe(3);
    await eva.until(isEvent('member', { name: 'Juan', joined: false, by: 'Ana' }), 'member');
    ana.write('without Juan');
    await eva.until(isEvent('message', { text: 'without Juan' }), 'message');

    const back = startChat('Juan', host, join(folder, 'juan'), link);
    expect(await back.exit).toBe(3);
    expect(back.events.find(isEvent('refused'))).toMatchObject({ code: 'wrong_token' });
    expect(texts([...juan.events, ...back.events])).not.toContain('without Juan');

    ana.write('/invite');
    await ana.untilAll((events) => events.filter(isEvent('invite')).length === 2, 'second invite');
    const fresh = ana.events.filter(isEvent('invite'))[1]?.link;
    expect(fresh).not.toBe(link);
    const again = startChat('Juan', host, join(folder, 'juan'), fresh);
    await again.until(isEvent('ready'), 'ready');
    again.write('I am back');
    await eva.until(isEvent('message', { text: 'I am back', from: 'Juan' }), 'message');
  });

  test('whoever was removed while away hears that, and not that it is in', async () => {
    const { folder, host, link, ana } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    juan.end();
    expect(await juan.exit).toBe(0);
    await ana.until(isEvent('member', { name: 'Juan', joined: true }), 'member');
    ana.write('/remove Juan');
    await ana.until(isEvent('member', { name: 'Juan', joined: false }), 'member');
    const back = startChat('Juan', host, join(folder, 'juan'));
    expect(await back.exit).toBe(3);
    expect(back.events.filter(({ event }) => event === 'removed' || event === 'ready')).toMatchObject([{ event: 'removed', by: 'Ana' }]);
  });

  test('somebody who leaves is gone for all, and may come back by the link', async () => {
    const { folder, host, link, ana } = await openRoom();
    const juan = startChat('Juan', host, join(folder, 'juan'), link);
    await juan.until(isEvent('ready'), 'ready');
    juan.write('bye');
    juan.write('/leave');
    expect(await juan.exit).toBe(0);
    await ana.until(isEvent('member', { name: 'Juan', joined: false }), 'member');
    const after = ana.events.filter(isEvent('words')).length;
    // The leaf is taken out of the group, so that a new epoch has new words.
    await ana.untilAll((events) => events.filter(isEvent('words')).length > Math.min(after, 1), 'words');
    const again = startChat('Juan', host, join(folder, 'juan'), link);
    await again.until(isEvent('ready'), 'ready');
    again.write('hello again');
    await ana.until(isEvent('message', { text: 'hello again' }), 'message');
  });
});
