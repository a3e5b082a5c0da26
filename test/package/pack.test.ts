import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWords } from '../support/programs.ts';
import { copySources, makeEmptyProject, nodeFolder, npm, pack, remove, repository, startRelay } from './packing.ts';

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
let copy: string;
let tarball: string;
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'corrillo-package-'));
  copy = copySources();
  tarball = pack(copy);
});
afterAll(() => {
  for (const folder of [copy, scratch, tarball === undefined ? undefined : dirname(tarball)]) if (folder !== undefined) remove(folder);
});

describe('the tarball', () => {
  it('holds what runs, and nothing that only developers need', () => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''));
    const needed = [
      'package.json',
      'LICENSE',
      'README.md',
      'README.es.md',
      'bin/corrillo.js',
      'bin/start.js',
      'bin/package.json',
      'dist/main.js',
      'dist/client.js',
      'dist/client-node.js',
      'dist/client-browser.js',
      'dist/web/index.html',
      'dist/web/build.json',
      'dist/types/client/index.d.ts',
      'dist/types/client/node/index.d.ts',
      'dist/types/client/browser/index.d.ts',
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
    const allowed =
      /^(package\.json|[A-Z]+((\.es)?\.md)?|bin\/[\w.]+|dist\/([\w-]+\.js|chunks\/.+\.js|web\/.+|types\/(client|crypto|discovery|protocol)\/.+\.d\.ts))$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(statSync(tarball).size).toBeLessThan(2_000_000);
  });

  it('is light on a first visit: 300 kB as it travels, and little more for what is fetched when it is needed', () => {
    const web = join(copy, 'dist', 'web');
    const assets = readdirSync(join(web, 'assets'));
    const first = loadedAtFirst(web);
    expect(assets.filter((name) => name.startsWith('scan-'))).toHaveLength(1);
    // What reads QR codes is for those who compare, and fetched by them.
    expect([...first].filter((name) => name.startsWith('scan-'))).toEqual([]);
    const weigh = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + gzipSync(readFileSync(join(web, 'assets', name))).length, 0);
    // A visit fetches the words of one language.
    const languages = assets.filter((name) => /^page-[a-z]+-.*\.js$/.test(name));
    expect(languages).toHaveLength(2);
    const words = Math.max(...languages.map((name) => weigh([name])));
    const weight = weigh([...first]) + words;
    process.stdout.write(`A first visit: ${Math.round(weight / 1000)} kB\n`);
    expect(weight).toBeGreaterThan(100_000);
    expect(weight).toBeLessThan(300_000);
    // What reads documents is larger than all the rest, and for those who send one.
    const documents = assets.filter((name) => /^pdf[.-]/.test(name));
    expect(documents).toHaveLength(2);
    expect(weigh(documents)).toBeLessThan(500_000);
    // A third of it are calls and the sealing of their frames, for those who call.
    expect(weigh(assets.filter((name) => !first.has(name) && !languages.includes(name) && !documents.includes(name)))).toBeLessThan(
      120_000,
    );
  });

  it('says nowhere in which folder it was built', () => {
    const text = execFileSync('tar', ['-xzOf', tarball], { encoding: 'latin1', maxBuffer: 100_000_000 });
    expect([copy, repository].filter((folder) => text.includes(folder))).toEqual([]);
  });
});

describe.each([20, 24])('on Node %i', (major) => {
  it('comes with npx in an empty folder, without scripts, and answers within 10 s', async () => {
    const node = nodeFolder(major, scratch);
    const folder = mkdtempSync(join(scratch, 'empty-'));
    // By its relative path, as people type it: npx takes an absolute one for a command.
    cpSync(tarball, join(folder, basename(tarball)));
    const spec = `./${basename(tarball)}`;
    const env = {
      PATH: `${node}${delimiter}${process.env.PATH}`,
      npm_config_cache: join(folder, 'cache'),
      npm_config_ignore_scripts: 'true',
    };
    expect(execFileSync('node', ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } })).toMatch(new RegExp(`^v${major}\\.`));
    // The first time npx installs, and how long that takes is the network's affair.
    const told = execFileSync('npx', ['--yes', spec, '--version'], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
    expect(told.trim()).toBe(version);
    mkdirSync(join(folder, 'data'));
    const began = performance.now();
    const relay = await startRelay(['npx', '--yes', spec, ...serveWords(join(folder, 'data'))], folder, env);
    try {
      const address = `http://127.0.0.1:${relay.ports.web}/`;
      const status = await fetch(address, { headers: { accept: 'application/json' } });
      const took = performance.now() - began;
      expect(await status.json()).toMatchObject({ status: 'ok' });
      expect(took).toBeLessThan(10_000);
      expect(relay.version).toBe(version);
      const page = await fetch(address, { headers: { accept: 'text/html' } });
      expect(page.headers.get('content-type')).toContain('text/html');
      const script = /<script[^>]* src="([^"]+)"/.exec(await page.text())?.[1];
      expect((await fetch(new URL(script as string, address))).status).toBe(200);
      process.stdout.write(`Node ${major}: answers ${Math.round(took)} ms after npx was started\n`);
    } finally {
      await relay.stop();
    }
  });
});

describe('the library', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(scratch, 'library');
    makeEmptyProject(folder);
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], folder, { npm_config_cache: join(scratch, 'cache') });
  });

  it('can be imported by name', () => {
    writeFileSync(
      join(folder, 'use.mjs'),
      "console.log(JSON.stringify(await Promise.all(['corrillo/client', 'corrillo/client/node', 'corrillo/client/browser'].map(async (name) => Object.keys(await import(name)).length > 0))));\n",
    );
    expect(JSON.parse(execFileSync(process.execPath, ['use.mjs'], { cwd: folder, encoding: 'utf8' }))).toEqual([true, true, true]);
  });

  it('has types that a strict compiler accepts', () => {
    writeFileSync(
      join(folder, 'use.mts'),
      "export * as client from 'corrillo/client';\nexport * as node from 'corrillo/client/node';\nexport * as browser from 'corrillo/client/browser';\n",
    );
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'dom'],
      types: ['node'],
    };
    const typeRoots = [join(repository, 'node_modules', '@types')];
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, typeRoots }, files: ['use.mts'] }));
    const compile = () =>
      execFileSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
    expect(failure(compile)).toBe('');
  });
});

/** Assets that index.html names, and those without which they do not run: modules that they import, not those that they may. */
function loadedAtFirst(web: string): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    const text = readFileSync(join(web, 'assets', name), 'utf8');
    if (name.endsWith('.js'))
      for (const [, next] of text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g)) follow(next as string);
  };
  for (const [, name] of readFileSync(join(web, 'index.html'), 'utf8').matchAll(/(?:src|href)="\/assets\/([^"]+)"/g))
    follow(name as string);
  return found;
}

/** What a command said when it failed; nothing when it did not. */
function failure(command: () => string): string {
  try {
    command();
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
