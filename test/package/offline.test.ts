import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySources, makeEmptyProject, remove } from './packing.ts';

let copy: string;
let scratch: string;
let bundle: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'corrillo-offline-'));
  copy = copySources();
  // All platforms: that each of them can be fetched is a part of what is asked.
  execFileSync(process.execPath, ['scripts/bundle.mjs', '--out', scratch], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
  bundle = join(scratch, readdirSync(scratch).find((name) => /^corrillo-.+-offline\.tgz$/.test(name)) as string);
});
afterAll(() => {
  for (const folder of [copy, scratch]) if (folder !== undefined) remove(folder);
});

/** Runs shell lines where there is no network but loopback: a namespace with no route to anywhere. */
function runWithoutNetwork(lines: string[], cwd: string): string {
  const asRoot = process.getuid?.() === 0;
  return execFileSync('unshare', [asRoot ? '-n' : '-rn', 'sh', '-euc', ['ip link set lo up', ...lines].join('\n')], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_cache: join(cwd, 'cache'), PORT: '' },
  });
}

/** Starts the command it is given, asks `GET /`, stops it, and prints what came. */
const PROBE = `
import { spawn } from 'node:child_process';
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
for await (const chunk of child.stdout) {
  const { event, ports } = JSON.parse(chunk.toString().split('\\n')[0]);
  if (event !== 'listening') continue;
  console.log(await (await fetch('http://127.0.0.1:' + ports.web + '/', { headers: { accept: 'application/json' } })).text());
  child.kill();
  break;
}
`;

const serve = 'serve --json --port 0 --chat-port 0 --no-open --data data';

describe('the offline bundle', () => {
  it('holds the binaries of every common platform', () => {
    const files = execFileSync('tar', ['-tzf', bundle], { encoding: 'utf8' });
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']) {
      expect(files).toMatch(new RegExp(`^package/node_modules/@lmdb/lmdb-${platform}/.+\\.node$`, 'm'));
    }
  });

  it('is installed by npm and starts where there is no network', () => {
    const folder = join(scratch, 'npm');
    makeEmptyProject(folder);
    writeFileSync(join(folder, 'probe.mjs'), PROBE);
    const said = runWithoutNetwork(
      [
        '! ip route | grep -q .',
        `npm install --ignore-scripts --no-audit --no-fund "${bundle}" >&2`,
        `node probe.mjs node node_modules/.bin/corrillo ${serve}`,
      ],
      folder,
    );
    expect(JSON.parse(said)).toMatchObject({ status: 'ok' });
  });

  it('starts unpacked, without npm', () => {
    const folder = join(scratch, 'plain');
    makeEmptyProject(folder);
    writeFileSync(join(folder, 'probe.mjs'), PROBE);
    const said = runWithoutNetwork([`tar -xzf "${bundle}"`, `node probe.mjs node package/bin/corrillo.js ${serve}`], folder);
    expect(JSON.parse(said)).toMatchObject({ status: 'ok' });
  });
});
