/**
 * `npm run prove`: the whole figures, which take longer than a test may. The same tests run with CORRILLO_PROVE=1, which is where they
 * take their full numbers of seeds, frames and kills from; then the benchmark, if there is one.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './parts.mjs';

process.env.CORRILLO_PROVE = '1';
for (const script of ['bench.mjs', 'test.mjs']) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', script), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
