/**
 * `npm run bench`: the relay beside its ceiling, in one session on one machine, because only ratios travel. CHATBENCH names the
 * folder of the benchmark that drives bench/native.mjs; arguments are passed on to it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { root } from './parts.mjs';

const subject = join(root, 'bench', 'native.mjs');
const folder = process.env.CHATBENCH;

if (folder === undefined || !existsSync(join(folder, 'bench.mjs')) || !existsSync(subject)) {
  console.log('No benchmark was run: CHATBENCH has to name the folder that holds bench.mjs, and bench/native.mjs has to be there.');
} else {
  const problem = await ensureBuilt();
  if (problem !== undefined) console.error(problem);
  const args = process.argv.slice(2);
  const chosen = args.length > 0 ? args : ['--adapters', 'subject,gather-disk-tls', '--workloads', 'F200', '--runs', '3'];
  const { status } = spawnSync(process.execPath, ['bench.mjs', ...chosen], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, CHATBENCH_SUBJECT: subject },
  });
  process.exitCode = status ?? 1;
}
