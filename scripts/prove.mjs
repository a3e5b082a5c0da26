/**
 * `npm run prove`: the whole figures, which take longer than a test may. The benchmark, and then the same tests with CORRILLO_PROVE=1, for which
 * proofs.mjs gives them their full numbers of seeds, frames and kills. `npm run prove -- fuzz` proves what `npm test -- fuzz` tests.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './parts.mjs';
import { proofs } from './proofs.mjs';

process.env.CORRILLO_PROVE = '1';
const words = process.argv.slice(2);
for (const { what, slice, whole } of Object.values(proofs)) console.log(`${what}: ${whole} (npm test: ${slice})`);
for (const script of words.length === 0 ? ['bench.mjs', 'test.mjs'] : ['test.mjs']) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', script), ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
