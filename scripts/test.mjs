/**
 * `npm test`: everything, from a bare machine to one line. `npm test -- sim` runs one project (static, unit, sim, sockets,
 * browser, package), `npm test -- outbox` the test files whose path contains that.
 */
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { provideNeeds } from './needs.mjs';
import { root, scratch } from './parts.mjs';
import { isPresent, projects, testFilesOf } from './projects.mjs';
import { runVitest } from './run-vitest.mjs';

// What these run on is Node and the sources alone; programs and a build are asked for only when they are going to be used.
const needNothing = ['static', 'unit', 'sim'];

const words = process.argv.slice(2);
const chosen = words.filter((word) => word === 'static' || projects.some(({ name }) => name === word));
const paths = words.filter((word) => !chosen.includes(word));
const wants = (name) => (chosen.length === 0 ? name !== 'static' || paths.length === 0 : chosen.includes(name));

let passed = 0;
const failures = [];

await run();
finish();

async function run() {
  const matches = (project) => testFilesOf(project, root).some((file) => paths.some((path) => file.includes(path)));
  const selected = projects.filter(
    (project) => wants(project.name) && isPresent(project, root) && (paths.length === 0 || matches(project)),
  );
  if (selected.some(({ name }) => !needNothing.includes(name))) {
    const lacking = provideNeeds();
    if (lacking !== undefined) {
      failures.push({ name: 'machine', message: lacking });
      return;
    }
    await step('build', async () => {
      const problem = await ensureBuilt();
      return problem === undefined ? { passed: 0, failures: [] } : { passed: 0, failures: [{ name: 'build', message: problem }] };
    });
  }
  if (wants('static')) await step('static', runChecks);
  for (const { name, limit } of selected) {
    await step(name, () =>
      runVitest({
        cwd: root,
        name,
        results: join(scratch, 'results'),
        args: ['--project', name, ...paths],
        limit,
      }),
    );
  }
  if (passed + failures.length === 0) failures.push({ name: 'runner', message: `no test matches ${words.join(' ')}` });
}

async function step(name, work) {
  console.log(`\n── ${name}`);
  const began = performance.now();
  try {
    count(name, await work());
  } catch (error) {
    count(name, { passed: 0, failures: [{ name, message: error.stack ?? String(error) }] });
  }
  console.log(`── ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function count(name, outcome) {
  passed += outcome.passed;
  failures.push(...outcome.failures.map((failure) => ({ ...failure, name: `${name}: ${failure.name}` })));
}

function finish() {
  if (failures.length > 0) console.log('\nFailed:');
  for (const { name, message } of failures) {
    const lines = message.split('\n');
    const shown = lines.length > 30 ? [...lines.slice(0, 30), `… ${lines.length - 30} more lines above`] : lines;
    console.log(`\n✗ ${name.replaceAll(`${root}/`, '')}\n${shown.map((line) => `    ${line}`).join('\n')}`);
  }
  process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${failures.length} failed`);
}
