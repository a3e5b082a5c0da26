/** `npm run check`: is the tree good, short of running it? */
import { projects } from './projects.mjs';
import { join } from 'node:path';
import { root, scratch } from './parts.mjs';
import { runChecks } from './checks.mjs';
import { runVitest } from './run-vitest.mjs';

const runs = [
  await runChecks(),
  await runVitest({
    cwd: root,
    name: 'check',
    results: join(scratch, 'results'),
    args: ['--project', 'unit', 'test/house/boundaries'],
    limit: projects[0].limit,
  }),
];
if (runs.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
