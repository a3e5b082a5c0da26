import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CodedError } from '../../protocol/index.ts';

/** Where a platform keeps a program's data. `CORRILLO_HOME` overrides it. */
export function defaultDataFolder(part: 'relay' | 'client'): string {
  const { env, platform } = process;
  if (env.CORRILLO_HOME) return join(env.CORRILLO_HOME, part);
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Corrillo', part);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Corrillo', part);
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'corrillo', part);
}

const FORMAT = 1;

/**
 * Makes the folder (0700) and checks its format.
 * @throws CodedError `data_not_writable`, `data_too_new`
 */
export async function prepareFolder(path: string): Promise<void> {
  const formatFile = join(path, 'format');
  try {
    await makeFolder(path);
    const format = await readIfThere(formatFile);
    if (format === undefined) await writeFile(formatFile, `corrillo client ${FORMAT}\n`, { mode: 0o600 });
    else if (Number(format.toString().trim().split(' ').at(-1)) > FORMAT) throw new CodedError('data_too_new', { path });
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('data_not_writable', { path, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
}

/** Node's own recursive mkdir never returns where a parent is there and cannot hold a folder, such as /proc (Node 20). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || (await isThere(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The 32-byte key that seals this folder's store: a file of mode 0600, made on first use and never half-written. */
export async function loadVaultKey(path: string): Promise<Uint8Array> {
  const file = join(path, 'vault-key');
  const known = await readIfThere(file);
  if (known?.length === 32) return known;
  if (known) throw new CodedError('data_damaged', { path: file });
  const key = randomBytes(32);
  await writeFile(`${file}.new`, key, { mode: 0o600, flush: true });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return key;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
