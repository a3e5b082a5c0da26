import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the tests use that does not come with npm. */
const needs = [
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], variable: 'CHROMIUM', debian: 'chromium' },
  { programs: ['certutil'], debian: 'libnss3-tools' },
  { programs: ['tmux'], debian: 'tmux' },
  { programs: ['ip'], debian: 'iproute2' },
  { programs: ['openssl'], debian: 'openssl' },
];

/**
 * Installs what is missing where that is possible without asking anybody, and puts the browser's path into CHROMIUM.
 * @returns {string | undefined} a sentence with the command to run, if something is still missing
 */
export function provideNeeds() {
  let missing = needs.filter((need) => locate(need) === undefined);
  const command = () => `apt-get install -y --no-install-recommends ${missing.map(({ debian }) => debian).join(' ')}`;
  if (missing.length > 0 && process.getuid?.() === 0 && find('apt-get') !== undefined) {
    console.log(`Installing what the tests need: ${command()}`);
    const options = { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    const [program, ...args] = command().split(' ');
    spawnSync(program, [...args, '-qq'], options);
    missing = needs.filter((need) => locate(need) === undefined);
  }
  if (missing.length > 0) {
    const names = missing.map(({ programs, debian }) => `${programs[0]} (Debian package ${debian})`).join(', ');
    return `The tests need ${names}. On Debian or Ubuntu: sudo ${command()}`;
  }
  process.env.CHROMIUM = locate(needs[0]);
  return undefined;
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
