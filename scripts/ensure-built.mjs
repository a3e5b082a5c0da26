import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dist, hasBuildTools, root, staleParts } from './parts.mjs';

/**
 * Builds what is missing or stale in a checkout, in a process of its own: its output goes to stderr, because stdout belongs
 * to the program that is about to start.
 * @returns {Promise<string | undefined>} a sentence for people when there is nothing that could be started
 */
export async function ensureBuilt() {
  const built = () => existsSync(join(dist, 'main.js'));
  if (staleParts().length === 0 && built()) return undefined;
  if (!hasBuildTools()) {
    if (built()) return undefined;
    return 'This checkout is not built yet and the build tools are not installed: run `npm ci` (without --omit=dev) and try again.';
  }
  const code = await new Promise((resolve) => {
    spawn(process.execPath, [join(root, 'scripts', 'build.mjs'), '--stale'], { cwd: root, stdio: ['ignore', 2, 2] })
      .on('error', () => resolve(1))
      .on('exit', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) return 'The build failed, see above. `npm ci && npm run build` starts it afresh.';
  return built() ? undefined : 'There is no src/main.ts to start.';
}
