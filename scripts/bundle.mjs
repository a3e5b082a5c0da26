/**
 * `npm run bundle`: one file for networks without a registry. It is an npm tarball with its production dependencies inside, for the
 * common platforms, so both of these work with no network at all:
 *
 *   npm install ./corrillo-<version>-offline.tgz && npx corrillo
 *   tar -xzf corrillo-<version>-offline.tgz && node package/bin/corrillo.js
 *
 * `-- --platform linux-x64` (repeatable) makes a smaller one, `-- --out FOLDER` puts it elsewhere. Making it needs the registry.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './parts.mjs';

const common = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

const { values } = parseArgs({ options: { platform: { type: 'string', multiple: true }, out: { type: 'string', default: root } } });
const platforms = values.platform ?? common;
const out = resolve(values.out);
const { version } = readJson(join(root, 'package.json'));
const stage = mkdtempSync(join(tmpdir(), 'corrillo-bundle-'));

try {
  const name = `corrillo-${version}-offline${values.platform === undefined ? '' : `-${platforms.join('-')}`}.tgz`;
  const plain = pack(root, []);
  extract(plain, join(stage, 'package'));
  const at = join(stage, 'package');
  cpSync(join(root, 'package-lock.json'), join(at, 'package-lock.json'));
  // Without what is optional: npm would take this machine's binaries only, and tools that a dependency merely knows about.
  npm(['ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], at);
  rmSync(join(at, 'package-lock.json'));
  addBinaries(at);
  editJson(join(at, 'package.json'), (manifest) => {
    delete manifest.devDependencies;
    delete manifest.scripts;
    manifest.bundleDependencies = true;
  });
  mkdirSync(out, { recursive: true });
  renameAcross(pack(at, ['--ignore-scripts']), join(out, name));
  console.log(`${join(out, name)}  ${(statSync(join(out, name)).size / 1e6).toFixed(1)} MB`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/**
 * LMDB is the one dependency with machine code: a package a platform, each holding the binaries of all versions of Node. What is
 * optional and not in the bundle is taken out of the manifests, else npm goes looking for it on the network.
 */
function addBinaries(at) {
  const modules = join(at, 'node_modules');
  const wanted = new Set(platforms.map((platform) => `@lmdb/lmdb-${platform}`));
  editJson(join(modules, 'lmdb', 'package.json'), (manifest) => {
    for (const [name, range] of Object.entries(manifest.optionalDependencies)) {
      if (!wanted.has(name)) delete manifest.optionalDependencies[name];
      else extract(packFromRegistry(`${name}@${range}`), join(modules, name));
      wanted.delete(name);
    }
  });
  if (wanted.size > 0) throw new Error(`LMDB has no binaries for ${[...wanted].join(', ')}`);
  editJson(join(modules, 'msgpackr', 'package.json'), (manifest) => delete manifest.optionalDependencies);
  rmSync(join(modules, '.package-lock.json'), { force: true });
}

function pack(folder, args) {
  return packed(npm(['pack', '--json', '--pack-destination', stage, ...args], folder));
}

function packFromRegistry(spec) {
  return packed(npm(['pack', spec, '--json', '--pack-destination', stage], stage));
}

function packed(json) {
  // Scripts that npm runs before packing may write in front of its answer.
  const [{ filename }] = Object.values(JSON.parse(json.slice(json.search(/^[[{]/m))));
  return join(stage, filename.replace('@', '').replace('/', '-'));
}

function extract(tarball, folder) {
  mkdirSync(folder, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], stage);
  rmSync(tarball);
}

function npm(args, cwd) {
  return process.platform === 'win32' ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], cwd) : run('npm', args, cwd);
}

function run(command, args, cwd) {
  const { status, stdout, error } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}\n${stdout}`);
  return stdout;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function editJson(file, edit) {
  const value = readJson(file);
  edit(value);
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function renameAcross(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'EXDEV') throw error;
    cpSync(from, to);
  }
}
