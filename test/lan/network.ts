import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath } from '../browser/support/chromium.ts';

/** A machine of a network that exists for a test alone. */
export interface Host {
  readonly address: string;
  /** What a command line begins with to run there. */
  readonly command: readonly string[];
  /** A Chromium that runs there. */
  readonly chromium: string;
}

export interface Lan {
  readonly hosts: readonly Host[];
  remove(): void;
}

const PREFIX = 'corrillo-lan';

/**
 * Makes a network of namespaces: hosts 10.77.0.1, 10.77.0.2 … on one switch, which is a namespace too, so that nothing of the machine
 * itself is touched.
 */
export function createLan(size: number): Lan {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  const nameOf = (host: number | 'switch') => `${PREFIX}-${process.pid}-${host}`;
  const lan = { hosts: [] as Host[], remove };

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
      const address = `10.77.0.${i}`;
      addNamespace(name);
      ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `port${i}`, 'netns', hub);
      ip('-n', hub, 'link', 'set', `port${i}`, 'master', 'br0', 'up');
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
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
