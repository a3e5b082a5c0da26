import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests use that does not come with npm. */
const testNeeds = [
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], variable: 'CHROMIUM', debian: 'chromium' },
  { programs: ['certutil'], debian: 'libnss3-tools' },
  { programs: ['tmux'], debian: 'tmux' },
  { programs: ['ip'], debian: 'iproute2' },
  { programs: ['openssl'], debian: 'openssl' },
  { programs: ['ffmpeg'], debian: 'ffmpeg' },
  { programs: ['unzip'], debian: 'unzip' },
  { programs: ['Xvfb'], debian: 'xvfb' },
];

/** The peers beside which files are measured. */
const benchNeeds = [
  { programs: ['nginx'], debian: 'nginx-light' },
  { programs: ['sshd'], debian: 'openssh-server' },
  { programs: ['scp'], debian: 'openssh-client' },
  { programs: ['curl'], debian: 'curl' },
  { programs: ['openssl'], debian: 'openssl' },
];

/** The one beside which calls are, and what sees packets come and go. */
const callNeeds = [
  { programs: ['janus'], debian: 'janus' },
  { programs: ['tcpdump'], debian: 'tcpdump' },
];

const needsByKind = { test: testNeeds, bench: benchNeeds, calls: callNeeds };

/** Debian starts servers when it installs them, unless this program says no: here they are only to be there. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs what is missing where that is possible without asking anybody, and for tests puts the browser's path into CHROMIUM.
 * @param {'test' | 'bench' | 'calls'} [kind]
 * @returns {string | undefined} a sentence with the command to run, if something is still missing
 */
export function provideNeeds(kind = 'test') {
  const needs = needsByKind[kind];
  let missing = needs.filter((need) => locate(need) === undefined);
  const command = () => `apt-get install -y --no-install-recommends ${missing.map(({ debian }) => debian).join(' ')}`;
  if (missing.length > 0 && process.getuid?.() === 0 && find('apt-get') !== undefined) {
    console.log(`Installing what the tests need: ${command()}`);
    const options = { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    const [program, ...args] = command().split(' ');
    withoutServers(() => spawnSync(program, [...args, '-qq'], options));
    missing = needs.filter((need) => locate(need) === undefined);
  }
  if (missing.length > 0) {
    const names = missing.map(({ programs, debian }) => `${programs[0]} (Debian package ${debian})`).join(', ');
    return `${kind === 'test' ? 'The tests need' : 'This needs'} ${names}. On Debian or Ubuntu: sudo ${command()}`;
  }
  if (kind === 'test') process.env.CHROMIUM = locate(needs[0]);
  return undefined;
}

function withoutServers(install) {
  const own = !existsSync(POLICY);
  if (own) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (own) rmSync(POLICY);
  }
}

function locate({ programs, variable }) {
  const named = variable === undefined ? undefined : process.env[variable];
  return [...(named === undefined ? [] : [named]), ...programs].map(find).find((path) => path !== undefined);
}

function find(program) {
  const folders = program.includes('/') ? [''] : [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .map((folder) => (folder === '' ? program : join(folder, program)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
