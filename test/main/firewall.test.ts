import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { texts } from '../../src/client/locales/index.ts';
import { describeFirewalls } from '../../src/main/firewall.ts';
import { type FirewallSurroundings, listFirewalls } from '../../src/main/firewalls.ts';
import { parseServeArguments } from '../../src/main/serve-arguments.ts';
import { repository } from '../house/tree.ts';

const machine = (platform: string, ...programs: string[]): FirewallSurroundings => ({
  platform,
  has: (program) => programs.includes(program),
  node: "/opt/o'node/bin/node",
});
const ports = [
  { port: 5001, protocol: 'tcp' },
  { port: 9009, protocol: 'tcp' },
  { port: 5353, protocol: 'udp' },
] as const;
const describeFor = (here: FirewallSurroundings, ...flags: string[]) =>
  describeFirewalls(parseServeArguments(flags, {}), here, texts('en').relay);

describe('corrillo firewall', () => {
  test.each([
    [machine('win32'), ['powershell', 'netsh']],
    [machine('darwin'), ['macos']],
    [machine('linux', 'ufw', 'nft'), ['ufw']],
    [machine('linux', 'firewall-cmd', 'nft'), ['firewalld']],
    [machine('linux', 'ufw', 'firewall-cmd'), ['ufw', 'firewalld']],
    [machine('linux', 'nft'), ['nftables']],
    [machine('linux'), []],
    [machine('win32', 'ufw', 'nft'), ['powershell', 'netsh']],
  ])('puts first what the machine is likely to have (%#)', (here, likely) => {
    const all = listFirewalls(ports, here);
    expect(all.filter((firewall) => firewall.likely).map(({ id }) => id)).toEqual(likely);
    expect(all.slice(0, likely.length).map(({ id }) => id)).toEqual(likely);
    expect(all.map(({ id }) => id).toSorted()).toEqual(['firewalld', 'macos', 'netsh', 'nftables', 'powershell', 'ufw']);
  });

  test('has for each of them the way in, and the way back', () => {
    const said = Object.fromEntries(listFirewalls(ports, machine('darwin')).map(({ id, allow, undo }) => [id, { allow, undo }]));
    expect(said).toEqual({
      powershell: {
        allow: [
          "New-NetFirewallRule -DisplayName 'Corrillo tcp' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 5001,9009 -RemoteAddress LocalSubnet",
          "New-NetFirewallRule -DisplayName 'Corrillo udp' -Direction Inbound -Action Allow -Protocol UDP -LocalPort 5353 -RemoteAddress LocalSubnet",
        ],
        undo: ["Remove-NetFirewallRule -DisplayName 'Corrillo *'"],
      },
      netsh: {
        allow: [
          'netsh advfirewall firewall add rule name="Corrillo" dir=in action=allow protocol=TCP localport=5001,9009 remoteip=localsubnet',
          'netsh advfirewall firewall add rule name="Corrillo" dir=in action=allow protocol=UDP localport=5353 remoteip=localsubnet',
        ],
        undo: ['netsh advfirewall firewall delete rule name="Corrillo"'],
      },
      macos: {
        allow: ['--add', '--unblockapp'].map(
          (flag) => String.raw`sudo /usr/libexec/ApplicationFirewall/socketfilterfw ${flag} '/opt/o'\''node/bin/node'`,
        ),
        undo: [String.raw`sudo /usr/libexec/ApplicationFirewall/socketfilterfw --remove '/opt/o'\''node/bin/node'`],
      },
      ufw: {
        allow: ['5001/tcp', '9009/tcp', '5353/udp'].map((port) => `sudo ufw allow ${port} comment Corrillo`),
        undo: ['5001/tcp', '9009/tcp', '5353/udp'].map((port) => `sudo ufw delete allow ${port}`),
      },
      firewalld: {
        allow: ['sudo firewall-cmd --permanent --add-port=5001/tcp --add-port=9009/tcp --add-port=5353/udp', 'sudo firewall-cmd --reload'],
        undo: [
          'sudo firewall-cmd --permanent --remove-port=5001/tcp --remove-port=9009/tcp --remove-port=5353/udp',
          'sudo firewall-cmd --reload',
        ],
      },
      nftables: {
        allow: [
          `sudo nft insert rule inet filter input tcp dport '{ 5001, 9009 }' accept comment '"Corrillo"'`,
          `sudo nft insert rule inet filter input udp dport '{ 5353 }' accept comment '"Corrillo"'`,
        ],
        undo: ['sudo nft -a list chain inet filter input | grep Corrillo', 'sudo nft delete rule inet filter input handle N'],
      },
    });
  });

  test('opens what the flags say', () => {
    const text = describeFor(
      machine('linux', 'ufw'),
      '--port',
      '5001',
      '--chat-port',
      '9100',
      '--files-port',
      '9101',
      '--media-port',
      '9300',
      '--media-workers',
      '2',
    );
    expect(text).toContain('5001/tcp');
    const commands = text.split('\n').filter((line) => /^ {2}(sudo|netsh|New)/.test(line));
    expect(commands.length).toBeGreaterThan(8);
    expect(commands.filter((line) => /\b(5000|9009|9010|9020)\b/.test(line))).toEqual([]);
    expect(commands.filter((line) => line.includes('9101')).length).toBeGreaterThan(4);
    // UDP and TCP, of each process.
    for (const port of ['9300/udp', '9300/tcp', '9301/udp', '9301/tcp']) expect(text).toMatch(new RegExp(`  ${port} +calls;`));
    expect(commands.filter((line) => line.includes('9301')).length).toBeGreaterThan(6);
    expect(describeFor(machine('linux'), '--no-calls')).not.toMatch(/9020|calls/);
    expect(describeFor(machine('linux'))).toMatch(/9020\/udp +calls;/);
    expect(
      describeFor(machine('linux'), '--no-announce')
        .split('\n')
        .filter((line) => line.includes('5353')),
    ).toEqual([]);
  });

  test('is a command of the program, in the language of its user', () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [join(repository, 'bin', 'corrillo.js'), 'firewall', ...words], {
        encoding: 'utf8',
        env: { ...process.env, CORRILLO_LANG: 'es', PORT: '5077' },
      });
    const { status, stdout } = run('--chat-port', '9100');
    expect([status, stdout.includes('cortafuegos'), stdout.includes('5077'), stdout.includes('9100')]).toEqual([0, true, true, true]);
    expect(run('--port', 'x')).toMatchObject({ status: 2, stdout: '' });
  });

  test('says the same as the script for Windows does', () => {
    const script = readFileSync(join(repository, 'scripts', 'firewall.ps1'), 'utf8');
    for (const part of [
      "-DisplayName 'Corrillo tcp'",
      "-DisplayName 'Corrillo udp'",
      'LocalSubnet',
      "'Corrillo *'",
      '5000',
      '9009',
      '9010',
      '9020',
      '5353',
      'Not run here',
    ])
      expect(script).toContain(part);
  });
});
