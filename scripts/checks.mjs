import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './parts.mjs';
import { runBounded } from './run-vitest.mjs';

const bin = (path) => [process.execPath, join(root, 'node_modules', path)];

/** The static checks, which `npm run check` runs alone and `npm test` counts as a test each. */
export const checks = [
  { name: 'types (tsc -b)', command: [...bin('typescript/bin/tsc'), '-b'] },
  { name: 'lint (oxlint, type-aware)', command: [...bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format (oxfmt)', command: [...bin('oxfmt/bin/oxfmt'), '--check'] },
  { name: 'unused code and dependencies (knip)', command: [...bin('knip/bin/knip.js'), '--no-progress'] },
];

const LIMIT = 4 * 60_000;

/** Runs every check, also after one has failed, and says what it found. */
export async function runChecks() {
  const failures = [];
  let passed = 0;
  for (const { name, command } of checks) {
    const began = performance.now();
    const [program, ...args] = command;
    const { exit, late, text } = existsSync(args[0])
      ? await runBounded(program, args, { cwd: root, limit: LIMIT, stdio: ['ignore', 'pipe', 'pipe'] })
      : { exit: 127, late: false, text: `${args[0]} is not installed` };
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    if (exit === 0) passed += 1;
    else failures.push({ name, message: late ? 'hung' : text.trim() });
    console.log(exit === 0 ? ` ✓ ${name} ${seconds} s` : ` ✗ ${name} ${seconds} s\n${text.trim()}\n`);
  }
  return { passed, failures };
}
