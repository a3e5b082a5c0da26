import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

/** A relay, and the one who founded its room, at a terminal. */
async function foundRoom() {
  const folder = temporaryFolder();
  const { relay, listening, ports } = await startRelay(folder);
  const host = `127.0.0.1:${ports.chat}`;
  const ana = openTerminal(['chat', '--name', 'Ana', '--host', host, '--data', temporaryFolder()], { CORRILLO_INVITE: listening.founder });
  await ana.until(/You are in\. Nobody else is here yet/);
  return { relay, host, ana };
}

async function inviteFrom(member: ReturnType<typeof openTerminal>): Promise<string> {
  member.type('/invite');
  return /https:\S+\/j\/\S+/.exec(await member.until(/https:\S+\/j\/\S+/))?.[0] as string;
}

describe('a person at a terminal', () => {
  test('is asked for the invitation, talks, and comes back without saying where or how', async () => {
    const { ana, host } = await foundRoom();
    const link = await inviteFrom(ana);
    const home = temporaryFolder();
    const juan = openTerminal(['chat', '--name', 'Juan', '--host', host], { CORRILLO_HOME: home, LANG: 'es_ES.UTF-8' });
    await juan.until(/Enlace de la invitación:/);
    juan.type(link);
    await juan.until(/Estás dentro\. 2 personas\./);
    juan.type('¿qué tal?');
    await juan.until(/Juan: ¿qué tal\? ✓/);
    await ana.until(/Juan: ¿qué tal\?/);
    juan.press('C-c');
    expect(await juan.exit()).toBe(0);

    const again = openTerminal(['chat'], { CORRILLO_HOME: home });
    expect(await again.until(/You are in\. 2 people\./)).not.toContain('Link of the invitation');
    ana.type('welcome back');
    await again.until(/Ana: welcome back/);
  });

  test('who pastes the link of another host is told so', async () => {
    const [here, there] = [await foundRoom(), await foundRoom()];
    const juan = openTerminal(['chat', '--name', 'Juan', '--host', here.host, '--data', temporaryFolder()]);
    await juan.until(/Link of the invitation:/);
    juan.type(await inviteFrom(there.ana));
    await juan.until(/This is not the host that the link was made for/);
    expect(await juan.exit()).toBe(3);
  });

  test('may go with Ctrl-C while asked, and while connecting', async () => {
    const asked = openTerminal(['chat'], { CORRILLO_HOME: temporaryFolder() });
    await asked.until(/Link of the invitation:/);
    asked.press('C-c');
    await asked.exit();
    const connecting = openTerminal(['chat', '--host', '127.0.0.1:1', '--data', temporaryFolder()]);
    await connecting.until(/Nobody answers there/);
    connecting.press('C-c');
    await connecting.exit();
  });

  test('is told what a Ctrl-C waits for, and need not wait', async () => {
    const { ana, relay } = await foundRoom();
    relay.kill('SIGKILL');
    await ana.until(/The connection to the host broke off/);
    ana.type('into the void');
    await ana.until(/… into the void/);
    ana.press('C-c');
    await ana.until(/One line is still to be sent/);
    ana.press('C-c');
    expect(await ana.until(/One line could not be sent yet/)).toContain('into the void');
    expect(await ana.exit()).toBe(5);
  });
});

test.each([[['--help']], [['chat', '--help']], [['serve', '-h']], [['help']]])('%j shows how it is used', (words) => {
  const home = temporaryFolder();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, CORRILLO_HOME: home, LANG: 'en_US.UTF-8' },
    timeout: 20_000,
  });
  expect({ status, stdout: stdout.split('\n')[1]?.split(' ')[0] }).toEqual({ status: 0, stdout: 'corrillo' });
  expect(stderr).not.toContain('--help');
});
