import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVitest } from '../../scripts/run-vitest.mjs';

const repository = join(import.meta.dirname, '..', '..');
const header = "import { expect, it } from 'vitest';\n";
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'corrillo-runner-'));
  symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'), 'junction');
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** Runs real Vitest on a folder made of these files, as `npm test` does. */
async function outcomeOf(files: Record<string, string>, limit = 40_000) {
  const cwd = mkdtempSync(join(tree, 'case-'));
  writeFileSync(
    join(cwd, 'vitest.config.mjs'),
    "export default { test: { include: ['*.test.mjs'], pool: 'forks', teardownTimeout: 500 } };\n",
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { passed, failures } = await runVitest({ cwd, name: 'case', results: join(cwd, 'results'), limit, output: 'ignore' });
  return { passed, failed: failures.length, text: failures.map(({ message }) => message).join('\n') };
}

const good = `${header}it('works', () => expect(1).toBe(1));\n`;

describe('what the runner makes of', () => {
  it('tests that pass', async () => {
    expect(await outcomeOf({ 'a.test.mjs': good, 'b.test.mjs': good })).toMatchObject({ passed: 2, failed: 0 });
  });

  it('a failing and a skipped test, and one that stays to be written', async () => {
    const mixed = `${good}it('fails', () => expect(1).toBe(2));\nit.skip('sleeps', () => {});\nit.todo('dreams');\n`;
    const outcome = await outcomeOf({ 'a.test.mjs': mixed });
    expect(outcome).toMatchObject({ passed: 1, failed: 3 });
    expect(outcome.text).toContain('expected 1 to be 2');
  });

  it('a test that is left alone by only', async () => {
    expect((await outcomeOf({ 'a.test.mjs': `${good}it.only('mine', () => {});\n` })).failed).toBeGreaterThan(0);
  });

  it('a worker that is killed in the middle', async () => {
    const crash = `${good}it('crashes', () => process.kill(process.pid, 'SIGKILL'));\n`;
    expect((await outcomeOf({ 'a.test.mjs': good, 'b.test.mjs': crash })).failed).toBeGreaterThan(0);
  });

  it('an error that nobody caught', async () => {
    const loose = `${header}it('looks fine', () => { setTimeout(() => { throw new Error('loose'); }, 5); return new Promise((r) => setTimeout(r, 50)); });\n`;
    expect((await outcomeOf({ 'a.test.mjs': loose })).failed).toBeGreaterThan(0);
  });

  it('a file that cannot be loaded, and one without tests', async () => {
    expect(await outcomeOf({ 'a.test.mjs': good, 'b.test.mjs': "import './missing.mjs';\n", 'c.test.mjs': '\n' })).toMatchObject({
      passed: 1,
      failed: 2,
    });
  });

  it('no tests at all', async () => {
    expect(await outcomeOf({})).toMatchObject({ passed: 0, failed: 1 });
  });

  it('a runner that hangs', async () => {
    const hang = `${header}it('hangs', () => { for (;;) {} });\n`;
    const outcome = await outcomeOf({ 'a.test.mjs': hang }, 4_000);
    expect(outcome).toMatchObject({ passed: 0, failed: 1 });
    expect(outcome.text).toContain('hung');
  });
});

describe('npm test', () => {
  it('ends with one line that says it all, and an exit code that agrees', () => {
    const copy = mkdtempSync(join(tree, 'copy-'));
    const run = (body: string) => {
      mkdirSync(join(copy, 'test', 'house'), { recursive: true });
      writeFileSync(join(copy, 'test', 'house', 'a.test.ts'), body);
      const { status, stdout } = spawnSync(process.execPath, ['scripts/test.mjs', 'unit'], {
        cwd: copy,
        encoding: 'utf8',
        timeout: 50_000,
      });
      return { status, last: stdout.trimEnd().split('\n').at(-1) };
    };
    spawnSync('cp', [
      '-R',
      ...['scripts', 'package.json', 'package-lock.json', 'vitest.config.ts', 'bin'].map((name) => join(repository, name)),
      copy,
    ]);
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'junction');
    // Nothing to build here: what is asked is how it counts.
    mkdirSync(join(copy, 'src'));
    writeFileSync(join(copy, 'src', 'main.ts'), 'export const main = () => {};\n');
    expect(run(good)).toEqual({ status: 0, last: '1 passed, 0 failed' });
    expect(run(`${good}it('fails', () => expect(1).toBe(2));\n`)).toEqual({ status: 1, last: '1 passed, 1 failed' });
  });
});
