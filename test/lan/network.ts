import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath } from '../browser/support/chromium.ts';

/** A machine of a network that exists for a test alone. */
export interface Host {
  /** Where the others reach it first. */
  readonly address: string;
  /** What a command line begins with to run there. */
  readonly command: readonly string[];
  /** A Chromium that runs there. */
  readonly chromium: string;
}

export interface Lan {
  readonly hosts: readonly Host[];
  /** Takes a host's address away and gives it another, as a router does with a new lease. */
  move(host: Host, address: string): void;
  /** What guest networks do: these hosts reach the others, and not each other. */
  isolate(hosts: readonly Host[]): void;
  remove(): void;
}

const PREFIX = 'corrillo-lan';

/**
 * Makes a network of namespaces: hosts 10.77.0.1, 10.77.0.2 … on one switch, which is a namespace too, so that nothing of the machine
 * itself is touched. On one of IPv6 alone they are fd77::1, fd77::2 …, and fe80::1, fe80::2 … on their interface eth0.
 */
export function createLan(size: number, family: 'IPv4' | 'IPv6' = 'IPv4'): Lan {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  const nameOf = (host: number | 'switch') => `${PREFIX}-${process.pid}-${host}`;
  const lan = { hosts: [] as Host[], move, isolate, remove };
  const four = family === 'IPv4';
  const numberOf = (host: Host) => lan.hosts.findIndex(({ command }) => command === host.command) + 1;

  function move(host: Host, address: string): void {
    const name = nameOf(numberOf(host));
    ip('-n', name, 'addr', 'flush', 'dev', 'eth0', 'scope', 'global');
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  }

  function isolate(hosts: readonly Host[]): void {
    for (const host of hosts)
      execFileSync('ip', ['netns', 'exec', nameOf('switch'), 'bridge', 'link', 'set', 'dev', `port${numberOf(host)}`, 'isolated', 'on']);
  }

  function remove(): void {
    for (const name of namespaces().filter((other) => other.startsWith(`${PREFIX}-${process.pid}-`))) ip('netns', 'del', name);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    const hub = nameOf('switch');
    addNamespace(hub);
    ip('-n', hub, 'link', 'add', 'br0', 'type', 'bridge');
    ip('-n', hub, 'link', 'set', 'br0', 'up');
    for (let i = 1; i <= size; i++) {
      const name = nameOf(i);
      const address = four ? `10.77.0.${i}` : `fd77::${i}`;
      addNamespace(name);
      ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `port${i}`, 'netns', hub);
      ip('-n', hub, 'link', 'set', `port${i}`, 'master', 'br0', 'up');
      const addresses = four ? [`${address}/24`] : [`${address}/64`, `fe80::${i}/64`];
      // Nobody else is there whose address it could be.
      for (const own of addresses) ip('-n', name, 'addr', 'add', own, 'dev', 'eth0', ...(four ? [] : ['nodad']));
      // An IPv6 address that comes a second later is a change of network, for which Chromium breaks off what it loads. A kernel without
      // IPv6 has nothing to switch off.
      spawnSync('ip', ['-n', name, 'link', 'set', 'eth0', 'addrgenmode', 'none']);
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
      const chromium = join(folder, `chromium-${i}`);
      writeFileSync(chromium, `#!/bin/sh\nexec ip netns exec ${name} '${chromiumPath}' "$@"\n`, { mode: 0o700 });
      lan.hosts.push({ address, command: ['ip', 'netns', 'exec', name], chromium });
    }
    return lan;
  } catch (error) {
    remove();
    throw error;
  }
}

function addNamespace(name: string): void {
  const { status, stderr, error } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(
    `This test makes a network of its own and may not (${(error?.message ?? stderr).trim()}): ` +
      'run it as root on a Linux with iproute2, in a container with --cap-add SYS_ADMIN --cap-add NET_ADMIN.',
  );
}

/** What test runs that were killed have left behind. */
function removeLeftovers(): void {
  for (const name of namespaces()) {
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) ip('netns', 'del', name);
  }
}

function namespaces(): string[] {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').map((line) => line.split(' ')[0] as string);
}

function ip(...parameters: string[]): void {
  execFileSync('ip', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
}
