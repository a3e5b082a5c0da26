import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listFiles } from '../../scripts/parts.mjs';
import { makeTree, repository } from './tree.ts';

const sources = {
  'src/main.ts': `import { greeting } from './protocol/index.ts';
export async function main(argv: string[]): Promise<void> { console.log(JSON.stringify({ greeting, argv })); }\n`,
  'src/protocol/index.ts': "export const greeting: string = 'hola';\n",
  'src/web/index.html':
    '<!doctype html><html lang="en"><head><title>x</title></head><body><script type="module" src="./main.ts"></script></body></html>\n',
  'src/web/main.ts': "import { greeting } from '../protocol/index.ts';\ndocument.title = `${greeting} ${import.meta.env.DEV}`;\n",
};

const trees: string[] = [];
const makeSources = (files: Record<string, string> = sources) => {
  const tree = makeTree(files);
  trees.push(tree);
  return tree;
};
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true, force: true });
});

/** Runs `node bin/corrillo.js` and tells what it said on each channel. */
function start(tree: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(tree, 'bin', 'corrillo.js'), ...args], { timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

const said = (...argv: string[]) => `${JSON.stringify({ greeting: 'hola', argv })}\n`;

describe('starting from a checkout', () => {
  it('builds what is missing, keeps stdout for the program, and builds nothing the second time', async () => {
    const tree = makeSources();
    const first = await start(tree, 'serve', '--port', '0');
    expect(first).toMatchObject({ code: 0, stdout: said('serve', '--port', '0') });
    expect(first.stderr).toContain('built node');
    expect(first.stderr).toContain('built web');
    expect(await start(tree, 'chat')).toEqual({ code: 0, stdout: said('chat'), stderr: '' });
  });

  it('builds again what has changed, and only that', async () => {
    const tree = makeSources();
    await start(tree);
    writeFileSync(join(tree, 'src/main.ts'), "export async function main(): Promise<void> { console.log('new'); }\n");
    const second = await start(tree);
    expect(second).toMatchObject({ code: 0, stdout: 'new\n' });
    expect(second.stderr).toContain('built node');
    expect(second.stderr).not.toContain('built web');
    rmSync(join(tree, 'dist/web/index.html'));
    expect((await start(tree)).stderr).toContain('built web');
  });

  it('builds once when two start at the same time', async () => {
    const tree = makeSources();
    const both = await Promise.all([start(tree), start(tree)]);
    expect(both.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, said()],
      [0, said()],
    ]);
    expect(`${both[0].stderr}${both[1].stderr}`.match(/built node/g)).toHaveLength(1);
  });

  it('is not held up by the lock of a builder that was killed', async () => {
    const tree = makeSources();
    const dead = spawnSync(process.execPath, ['--version']).pid;
    mkdirSync(join(tree, '.build'));
    writeFileSync(join(tree, '.build', 'lock'), String(dead));
    expect(await start(tree)).toMatchObject({ code: 0, stdout: said() });
    expect(existsSync(join(tree, '.build', 'lock'))).toBe(false);
  });

  it('says what is wrong with a source that cannot be built, and starts nothing', async () => {
    const tree = makeSources({ ...sources, 'src/protocol/index.ts': "export * from './gone.ts';\n" });
    const { code, stdout, stderr } = await start(tree);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('./gone.ts');
    expect(stderr).toContain('The build failed');
  });

  it('refuses a dependency that package.json does not name', async () => {
    const tree = makeSources({ ...sources, 'src/protocol/index.ts': "import 'vite';\nexport const greeting = 'hola';\n" });
    expect((await start(tree)).stderr).toContain("src/protocol/index.ts imports vite, which is not in package.json's dependencies");
  });

  it('says so in one sentence when nothing is built and the build tools are not installed', async () => {
    const tree = makeSources();
    rmSync(join(tree, 'node_modules'));
    const { code, stdout, stderr } = await start(tree);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('npm ci');
  });
});

describe('a build', () => {
  it('is the same bytes in any folder, and names neither folder nor host', async () => {
    const [one, other] = [makeSources(), makeSources()];
    await Promise.all([start(one), start(other)]);
    const bytes = (tree: string) =>
      Object.fromEntries(listFiles(join(tree, 'dist')).map((file) => [relative(tree, file), readFileSync(file, 'latin1')]));
    expect(bytes(one)).toEqual(bytes(other));
    expect(Object.entries(bytes(one)).filter(([, text]) => text.includes(one))).toEqual([]);
    const page = readFileSync(join(one, 'dist/web/index.html'), 'utf8');
    const { build } = JSON.parse(readFileSync(join(one, 'dist/web/build.json'), 'utf8')) as { build: string };
    expect(page).toContain(`<meta name="corrillo-build" content="${build}">`);
    expect(Object.values(bytes(one)).join('\n')).toContain('`hola false`');
    expect(page).not.toMatch(/<script(?![^>]* src=)/);
  });
});

describe('an installed package', () => {
  it('starts without building anything', async () => {
    const tree = makeSources();
    await start(tree);
    for (const name of ['src', 'scripts', 'node_modules']) rmSync(join(tree, name), { recursive: true });
    expect(await start(tree, 'serve')).toEqual({ code: 0, stdout: said('serve'), stderr: '' });
  });
});

describe('bin/corrillo.js', () => {
  const program = join(repository, 'bin', 'corrillo.js');

  it('tells its version at once', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
    expect({ stdout, stderr }).toEqual({ stdout: `${version}\n`, stderr: '' });
    expect(readFileSync(join(repository, 'src/protocol/version.ts'), 'utf8')).toContain(`PROGRAM_VERSION = '${version}'`);
  });

  it.each(['0.10.48', '12.22.12', '18.20.8', '20.18.3'])('says in both languages that Node %s is too old', (version) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } }); require(${JSON.stringify(program)});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', pretend], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/Corrillo needs Node\.js 20\.19\.0 or newer.*\nCorrillo necesita Node\.js 20\.19\.0/);
  });

  it('is JavaScript that the oldest Node can read', () => {
    // What ES5 does not have and a formatter might bring in: a trailing comma in a call is enough to be a syntax error there.
    const code = readFileSync(program, 'utf8')
      .replaceAll(/^\s*(\/\/|#!).*$/gm, '')
      .replaceAll(/'[^'\n]*'/g, "''");
    expect(code).not.toMatch(/\b(let|const|class|async|await|import|export)\b|=>|`|,\s*\)|\?\?|\?\.|\.\.\./);
  });
});
