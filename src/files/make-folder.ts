import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing; for this person alone unless `mode` says otherwise. Node's own recursive mkdir never
 * returns where a parent is there and cannot hold a folder, such as /proc (Node 20).
 */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  const fault = await tryFolder(path, mode);
  if (fault?.code !== 'ENOENT') return done(fault);
  if (!(await isThere(dirname(path)))) await makeFolder(dirname(path), mode);
  // Also where another one made what is above it in between.
  done(await tryFolder(path, mode));
}

/** Undefined where it is there now, whoever made it. */
async function tryFolder(path: string, mode: number): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const fault = error as NodeJS.ErrnoException;
    if (fault.code !== 'EEXIST') return fault;
  }
  return undefined;
}

function done(fault: Error | undefined): void {
  if (fault) throw fault;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
