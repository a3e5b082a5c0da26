import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patternsOf, projects, testFilesOf } from '../../scripts/projects.mjs';
import { listFiles } from '../../scripts/parts.mjs';
import { repository } from './tree.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> } & Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const dependencies = Object.entries(lock.packages).filter(([path]) => path !== '');

describe('the package', () => {
  it('runs nothing when it is installed', () => {
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare']) {
      expect(manifest.scripts).not.toHaveProperty(name);
    }
    // npm would run node-gyp by itself.
    expect(existsSync(join(repository, 'binding.gyp'))).toBe(false);
  });

  it('names exact versions', () => {
    const ranges = [...Object.entries(manifest.dependencies), ...Object.entries(manifest.devDependencies)].filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(ranges).toEqual([]);
  });

  it('has a lockfile that names no host, so that any registry will do', () => {
    expect(dependencies.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });

  it('has a lockfile that is whole for every platform, else npm ci refuses it', () => {
    const at = (path: string, name: string) => lock.packages[`${path}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`];
    const wrong = dependencies.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([name, range]) => at(path, name) === undefined || (/^\d/.test(range) && at(path, name)?.version !== range))
        .map(([name, range]) => `${path} wants ${name} ${range}`),
    );
    expect(wrong).toEqual([]);
  });

  it('ships nothing but permissive licences', () => {
    const permissive = [
      'MIT',
      'MIT-0',
      'ISC',
      '0BSD',
      'BSD-2-Clause',
      'BSD-3-Clause',
      'Apache-2.0',
      'BlueOak-1.0.0',
      'CC0-1.0',
      'Unlicense',
      'Python-2.0',
    ];
    // Tools are used and not passed on.
    const forTools = [...permissive, 'MPL-2.0', 'CC-BY-4.0', 'CC-BY-3.0'];
    // Of an expression like (MIT OR GPL-3.0) one side is enough.
    const allowed = (license: string, names: readonly string[]) =>
      license
        .replaceAll(/[()]/g, '')
        .split(' OR ')
        .some((side) => side.split(' AND ').every((name) => names.includes(name.trim())));
    const wrong = dependencies
      .map(([path, { license, dev }]) => ({ path, license: license ?? licenseOf(path), dev }))
      .filter(({ path, license, dev }) => !allowed(license, dev === true && !inPage(path) ? forTools : permissive));
    expect(wrong).toEqual([]);
  });
});

/** Development dependencies that are bundled into the page and so passed on after all. */
function inPage(path: string) {
  return /node_modules\/(react|react-dom|scheduler|@base-ui\/.*|@floating-ui\/.*|virtua|lucide-react|tabbable|pdfjs-dist)$/.test(path);
}

function licenseOf(path: string): string {
  const file = join(repository, path, 'package.json');
  if (!existsSync(file)) return 'unknown';
  // The old way to write it is still around: a list.
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as { license?: string; licenses?: { type: string }[] };
  return license ?? licenses?.map(({ type }) => type).join(' OR ') ?? licenseInReadme(dirname(file)) ?? 'unknown';
}

/** Some authors say it nowhere else. */
function licenseInReadme(folder: string): string | undefined {
  const [readme] = readdirSync(folder).filter((name) => /^readme\.md$/i.test(name));
  return readme === undefined ? undefined : /^#+ License\s+([\w.-]+)\s*$/im.exec(readFileSync(join(folder, readme), 'utf8'))?.[1];
}

describe('the tree', () => {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' });
  const tracked = stdout.split('\0').filter((path) => path !== '' && existsSync(join(repository, path)));

  it('names no place of the machine it was written on', () => {
    expect(status).toBe(0);
    const places = [repository, `${homedir()}/`].filter((place) => place.length > 2);
    const wrong = tracked.filter((path) => {
      const text = read(path);
      return places.some((place) => text.includes(place)) || /https?:\/\/[^\s"'`)]*(registry|artifactory|nexus|verdaccio)/i.test(text);
    });
    expect(wrong.filter((path) => path !== 'test/house/house.test.ts')).toEqual([]);
  });

  it('has no test that no project runs', () => {
    const all = listFiles(join(repository, 'test')).filter((file) => /\.(test|spec)\.[cm]?[jt]sx?$/.test(file));
    const run = projects.flatMap((project) => testFilesOf(project, repository));
    expect(all.length).toBe(run.length);
    expect(new Set(run).size).toBe(run.length);
    expect(projects.every((project) => patternsOf(project).include.length > 0)).toBe(true);
  });

  it('carries the same licence everywhere', () => {
    expect(read('LICENSE')).toMatch(/^MIT License/);
    expect(JSON.parse(read('package.json'))).toMatchObject({ license: 'MIT' });
  });
});
