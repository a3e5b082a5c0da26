import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');

/**
 * Bundles the relay as it is shipped, with the parts that the benchmark needs beside it; a loader that compiles as it goes would wrap
 * each closure, and the bundler in the relay's own process would count as its memory.
 * @returns the folder of `server.mjs` and `state.mjs`
 */
export async function bundleRelay() {
  const dir = join(root, '.build', 'bench-relay');
  rmSync(dir, { recursive: true, force: true });
  const input = { server: './src/server/index.ts', state: './src/server/room-state.ts' };
  const bundle = await rolldown({ cwd: root, input, platform: 'node', tsconfig: false, external: (id) => !/^[./]/.test(id) });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  return dir;
}
