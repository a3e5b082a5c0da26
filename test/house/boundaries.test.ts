import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import { listFiles } from '../../scripts/parts.mjs';
import { repository } from './tree.ts';

/** Who may import whom. That `server` cannot reach `crypto` is what *the relay cannot decrypt* rests on. */
const mayImport: Record<string, readonly string[]> = {
  protocol: [],
  files: [],
  discovery: ['protocol'],
  rtc: [],
  crypto: [],
  server: ['protocol', 'files', 'discovery', 'rtc'],
  client: ['protocol', 'crypto'],
  'client/node': ['protocol', 'files', 'discovery', 'rtc', 'crypto', 'client'],
  'client/browser': ['protocol', 'crypto', 'client'],
  web: ['protocol', 'client', 'client/browser'],
  terminal: ['protocol', 'client', 'client/node'],
  main: ['protocol', 'files', 'server', 'terminal'],
};

/** Modules that run in a page as well as in Node. */
const everywhere = ['protocol', 'crypto', 'client', 'client/browser', 'web'];

/** What opens or seals the conversation. */
const conversationCryptography = /^(ts-mls|@hpke\/|@noble\/(ciphers|curves))/;

interface Import {
  /** Path from src/. */
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
  /** By `import()`: not before it is wanted. */
  readonly later: boolean;
}

const src = join(repository, 'src');
const sources = listFiles(src)
  .map((file) => relative(src, file).split(sep).join('/'))
  .filter((path) => /\.tsx?$/.test(path));
const imports = sources.flatMap((path: string) => importsOf(path, readFileSync(join(src, path), 'utf8')));

function importsOf(path: string, text: string): Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: Import[] = [];
  const add = (to: string, typesOnly: boolean, later = false) =>
    found.push({ from: path, to: to.startsWith('.') ? posix.join(dirname(path), to) : to, typesOnly, later });
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) if (moduleRequest) add(moduleRequest.value, isType);
  }
  // Dynamic imports, imported types, and workers by URL.
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]|new URL\(\s*['"](\.[^'"]+\.tsx?)['"]/g)) {
    add((match[1] ?? match[2]) as string, false, true);
  }
  return found;
}

function moduleOf(path: string): string {
  if (path === 'main.ts') return 'main';
  const [first = '', second = ''] = path.split('/');
  return `${first}/${second}` in mayImport ? `${first}/${second}` : first;
}

const isOurs = ({ to }: Import) => sources.includes(to) || to.startsWith('..');
const show = ({ from, to }: Import) => `${from} → ${to}`;

describe('the module graph', () => {
  it('was read', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('has every source in a module', () => {
    expect(sources.filter((path) => !(moduleOf(path) in mayImport))).toEqual([]);
  });

  it('has only the arrows of the design', () => {
    const wrong = imports.filter(isOurs).filter(({ from, to }) => {
      const [a, b] = [moduleOf(from), moduleOf(to)];
      return a !== b && !mayImport[a]?.includes(b);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('has no cycles', () => {
    const next = new Map<string, string[]>();
    for (const { from, to, typesOnly } of imports.filter(isOurs)) if (!typesOnly) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      else if (!done.has(path)) {
        for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of next.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('loads nothing of the relay for a chat', () => {
    const loaded = new Set(['main.ts']);
    for (const path of loaded)
      for (const { from, to, typesOnly, later } of imports) if (from === path && !typesOnly && !later) loaded.add(to);
    expect(loaded.size).toBeGreaterThan(100);
    expect([...loaded].filter((path) => /^(server\/|socket\.io$|@peculiar)/.test(path))).toEqual([]);
  });

  it('keeps MLS in one place', () => {
    const wrong = imports.filter(({ from, to }) => /^ts-mls(\/|$)/.test(to) && !from.startsWith('crypto/mls'));
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps the cryptography of the conversation out of the relay', () => {
    const wrong = imports.filter(
      ({ from, to }) => ['server', 'rtc', 'protocol', 'main'].includes(moduleOf(from)) && conversationCryptography.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('keeps Node out of what runs in a page', () => {
    const wrong = imports.filter(({ from, to }) => everywhere.includes(moduleOf(from)) && (isBuiltin(to) || to === 'lmdb'));
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('TypeScript itself', () => {
  /** Compiles the real project files over a small tree in which one file imports another. */
  function compile(project: string, from: string, to: string) {
    const tree = mkdtempSync(join(tmpdir(), 'corrillo-boundary-'));
    try {
      for (const name of ['tsconfig', 'tsconfig.base.json', 'package.json'])
        cpSync(join(repository, name), join(tree, name), { recursive: true });
      symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'), 'junction');
      for (const folder of Object.keys(mayImport)) {
        if (folder === 'main') continue;
        mkdirSync(join(tree, 'src', folder), { recursive: true });
        writeFileSync(join(tree, 'src', folder, 'index.ts'), 'export const here: boolean = true;\n');
      }
      writeFileSync(join(tree, 'src', from), `import { here } from '${to}';\nexport const there: boolean = here;\n`);
      const { status, stdout } = spawnSync(
        process.execPath,
        [join(repository, 'node_modules/typescript/bin/tsc'), '-b', join(tree, 'tsconfig', `${project}.json`)],
        { cwd: tree, encoding: 'utf8' },
      );
      return { compiles: status === 0, stdout };
    } finally {
      rmSync(tree, { recursive: true, force: true });
    }
  }

  it('lets the relay import the protocol', () => {
    expect(compile('server', 'server/probe.ts', '../protocol/index.ts')).toEqual({ compiles: true, stdout: '' });
  });

  // References reach through: what `client` may import, `web` and `terminal` may as far as the compiler knows. The graph above is stricter.
  it.each([
    ['server', 'server/probe.ts', '../crypto/index.ts'],
    ['server', 'server/probe.ts', '../client/index.ts'],
    ['protocol', 'protocol/probe.ts', '../crypto/index.ts'],
    ['crypto', 'crypto/probe.ts', '../protocol/index.ts'],
    ['client', 'client/probe.ts', '../server/index.ts'],
  ])('refuses %s: %s importing %s', (project, from, to) => {
    const { compiles, stdout } = compile(project, from, to);
    expect(compiles).toBe(false);
    expect(stdout).toContain('TS6307');
  });
});
