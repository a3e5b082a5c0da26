import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where a process of the relay's begins. */
export interface ChildEntry {
  /** Its source, seen from the folder of this file. */
  readonly source: string;
  /** What the build calls it. */
  readonly built: string;
  /** MiB in which the collector lets things die: a small one keeps memory flat, in a large one less is moved about that would have died soon. */
  readonly nursery: number;
}

/** The program of a process: beside what is running, be it built or sources. */
export function findEntry(
  { source, built, nursery }: ChildEntry,
  here: string = import.meta.url,
): { readonly path: string; readonly execArgv: readonly string[] } {
  // Bytes come in buffers that die young. Helpers of the collector wake up for each handful of them, and cost a third of the processor time that
  // a received gigabyte takes.
  const flags = ['--single-threaded-gc', `--max-semi-space-size=${nursery}`];
  const folder = dirname(fileURLToPath(here));
  if (here.endsWith('.ts')) {
    const { resolve } = createRequire(here);
    return { path: join(folder, source), execArgv: [...flags, '--import', pathToFileURL(resolve('tsx')).href] };
  }
  // This file ends up in dist/ or in dist/chunks/.
  const places = [join(folder, built), join(folder, '..', built)];
  // What the relay was started with holds for it too, but for the debugger's port, which is taken.
  const inherited = process.execArgv.filter((flag) => !flag.startsWith('--inspect'));
  return { path: places.find((path) => existsSync(path)) ?? (places[0] as string), execArgv: [...flags, ...inherited] };
}
