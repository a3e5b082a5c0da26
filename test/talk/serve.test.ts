import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startPlainProgram, untilThere } from '../support/plain-program.ts';
import { isEvent, startChat, startProgram, startRelay, temporaryFolder } from '../support/programs.ts';

describe('a relay started by hand', () => {
  test('opens its page on a desktop, through a file of its user, with no token in argv', async () => {
    const folder = temporaryFolder();
    const desk = fakeDesktop(folder);
    const data = join(folder, 'relay');
    const relay = startPlainProgram(['serve', '--port', '0', '--chat-port', '0', '--data', data], desk.env);
    await untilThere(desk.opened);
    const [address] = readFileSync(desk.opened, 'utf8').trim().split('\n') as [string];
    const file = fileURLToPath(address);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const founder = readFileSync(join(data, 'founder'), 'utf8').trim();
    const { pathname, hash } = new URL(founder);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`url=http://localhost:\\d+${pathname}${hash.replaceAll('.', '\\.')}"`));
    expect(address).not.toContain(hash.split('.')[1]);
    relay.kill();
    expect(await relay.exit).toBe(0);
    // A stopped relay leaves no door behind.
    expect(existsSync(file)).toBe(false);
  });

  test('without a desktop names the command that founds from here, and it does', async () => {
    const folder = temporaryFolder();
    const relay = startPlainProgram(['serve', '--no-open', '--port', '0', '--chat-port', '0'], { CORRILLO_HOME: folder });
    const [, command] = await relay.untilText(/\n {2}corrillo (chat --name YOU)\n/);
    const ana = startProgram([...(command as string).replace('YOU', 'Ana').split(' '), '--json'], { CORRILLO_HOME: folder });
    const { room } = await ana.until(isEvent('ready'), 'ready');
    await relay.untilText(new RegExp(`room ${room.slice(0, 8)} founded`));
    // The link worked once and is gone.
    expect(existsSync(join(folder, 'relay', 'founder'))).toBe(false);
  });

  test('names the founder file where its data is not where it usually is', async () => {
    const data = join(temporaryFolder(), 'two words');
    const relay = startPlainProgram(['serve', '--no-open', '--port', '0', '--chat-port', '0', '--data', data]);
    const [, file] = await relay.untilText(/corrillo chat --name YOU --invite-file "([^"]+)"\n/);
    expect(readFileSync(file as string, 'utf8')).toMatch(/^https:\/\/.+\/f#v1\./);
  });

  test('after its founding prints its address and who invites, and no link', async () => {
    const folder = temporaryFolder();
    const first = await startRelay(join(folder, 'relay'));
    const ana = startChat('Ana', `127.0.0.1:${first.ports.chat}`, join(folder, 'ana'), first.listening.founder);
    await ana.until(isEvent('ready'), 'ready');
    first.relay.kill();
    await first.relay.exit;
    const again = startPlainProgram(['serve', '--no-open', '--port', '0', '--chat-port', '0', '--data', join(folder, 'relay')]);
    await again.untilText(/https:\/\/\S+:\d+\/\n/);
    await again.untilText(/\/invite/);
    // What devices that are to trust it can compare.
    const [, page, words, start] = await again.untilText(
      /\n {2}(http:\/\/\S+\/trust)\n\nWords of its certificate: ((?:[a-z]+ ){5})\(SHA-256 ((?:[0-9A-F]{2}:){7}[0-9A-F]{2}) …\)/,
    );
    const shown = await (await fetch((page as string).replace(/\/\/.+:/, '//127.0.0.1:'))).text();
    expect(shown).toContain((words as string).trim());
    expect(shown).toContain(`>${start}:`);
    expect(again.text()).not.toContain('#v1.');
    expect(again.text()).not.toContain('corrillo chat');
  });

  test('obeys a signal that comes while it starts', async () => {
    const data = join(temporaryFolder(), 'relay');
    const relay = startProgram(['serve', '--json', '--port', '0', '--chat-port', '0', '--data', data]);
    await untilThere(data);
    relay.kill('SIGTERM');
    expect(await relay.exit).toBe(0);
    expect(relay.events.at(-1)).toEqual({ event: 'stopped' });
  });
});

/** A desktop whose opener writes down what it was asked to open. */
function fakeDesktop(folder: string): { env: NodeJS.ProcessEnv; opened: string } {
  const bin = join(folder, 'bin');
  const opened = join(folder, 'opened');
  mkdirSync(bin);
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${opened}.draft' && mv '${opened}.draft' '${opened}'\n`);
  chmodSync(join(bin, 'xdg-open'), 0o755);
  return { env: { PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0', CI: undefined, SSH_CONNECTION: undefined }, opened };
}
