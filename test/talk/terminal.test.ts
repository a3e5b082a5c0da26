import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'uqr';
import { describe, expect, test } from 'vitest';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

/** A relay, and the one who founded its room, at a terminal. */
async function foundRoom() {
  const folder = temporaryFolder();
  const { relay, listening, ports } = await startRelay(folder);
  const host = `127.0.0.1:${ports.chat}`;
  const ana = openTerminal(['chat', '--plain', '--name', 'Ana', '--host', host, '--data', temporaryFolder()], {
    CORRILLO_INVITE: listening.founder,
  });
  await ana.until(/You are in\. Nobody else is here yet/);
  return { relay, host, ana };
}

async function inviteFrom(member: ReturnType<typeof openTerminal>): Promise<string> {
  member.type('/invite');
  return /https:\S+\/j\/\S+/.exec(await member.until(/https:\S+\/j\/\S+/))?.[0] as string;
}

describe('a person at a terminal', () => {
  test('is asked for the invitation, talks, and comes back without saying where or how', async () => {
    const { ana } = await foundRoom();
    const link = await inviteFrom(ana);
    const home = temporaryFolder();
    const juan = openTerminal(['chat', '--plain', '--name', 'Juan'], { CORRILLO_HOME: home, LANG: 'es_ES.UTF-8' });
    await juan.until(/dirección( del anfitrión)?:/);
    // The link says where the host is for others; here it is on this machine.
    juan.type(link.replace(/^https:..[^:]+/, 'https://127.0.0.1'));
    await juan.until(/Estás dentro\. 2 personas\./);
    juan.type('¿qué tal?');
    await juan.until(/Juan: ¿qué tal\? ✓/);
    await ana.until(/Juan: ¿qué tal\?/);
    juan.press('C-c');
    expect(await juan.exit()).toBe(0);

    const again = openTerminal(['chat', '--plain'], { CORRILLO_HOME: home });
    expect(await again.until(/You are in\. 2 people\./)).not.toContain('Link of the invitation');
    ana.type('welcome back');
    await again.until(/Ana: welcome back/);
  });

  test('who types what is no address is told so', async () => {
    const juan = openTerminal(['chat'], { CORRILLO_HOME: temporaryFolder() });
    await juan.until(/address( of the host)?:/);
    juan.type('not: an address');
    await juan.until(/No host goes by that name here/);
    expect(await juan.exit()).toBe(2);
  });

  test('may go while asked, and while connecting', async () => {
    const asked = openTerminal(['chat'], { CORRILLO_HOME: temporaryFolder() });
    await asked.until(/address( of the host)?:/);
    asked.press('C-c');
    expect(await asked.exit()).toBe(130);
    const silent = openTerminal(['chat'], { CORRILLO_HOME: temporaryFolder() });
    await silent.until(/address( of the host)?:/);
    silent.press('C-d');
    await silent.until(/You need an invitation/);
    expect(await silent.exit()).toBe(3);
    const connecting = openTerminal(['chat', '--plain', '--host', '127.0.0.1:1', '--data', temporaryFolder()]);
    await connecting.until(/Nobody answers there/);
    connecting.press('C-c');
    expect(await connecting.exit()).toBe(0);
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

describe('the host at a terminal', () => {
  test('sees the founder link, as a QR code too, and how to begin from there', async () => {
    const folder = temporaryFolder();
    const relay = openTerminal(['serve', '--port', '0', '--chat-port', '0', '--files-port', '0', '--no-open', '--data', folder], {
      npm_lifecycle_event: 'start',
    });
    const shown = await relay.until(/Words of this relay:/);
    const link = (await readFile(join(folder, 'founder'), 'utf8')).trim();
    expect(shown).toContain(`  ${link}\n`);
    expect(shown).toMatch(/\n {2}corrillo chat (--name YOU --invite-file \S+)\n {2}npm run client -- \1\n/);
    expect(readModules(shown)).toEqual(encode(link, { ecc: 'L', border: 2 }).data);
    relay.press('C-c');
    expect(await relay.exit()).toBe(0);
  });
});

/** The modules of a QR code that is drawn in half blocks, dark ones true. */
function readModules(shown: string): boolean[][] {
  const rows = shown.split('\n').filter((line) => /^█[█▀▄ ]+█$/.test(line));
  const size = rows[0]?.length ?? 0;
  const modules = rows.flatMap((row) => ['█▀', '█▄'].map((light) => Array.from(row, (block) => !light.includes(block))));
  return modules.slice(0, size);
}

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
