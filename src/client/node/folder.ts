import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, readIfThere, writePrivately } from '../../files/index.ts';
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
    if (format === undefined) await writePrivately(formatFile, `corrillo client ${FORMAT}\n`);
    else if (Number(format.toString().trim().split(' ').at(-1)) > FORMAT) throw new CodedError('data_too_new', { path });
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('data_not_writable', { path, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
}

/** The 32-byte key that seals this folder's store: a file of mode 0600, made on first use and never half-written. */
export async function loadVaultKey(path: string): Promise<Uint8Array> {
  const file = join(path, 'vault-key');
  const known = await readIfThere(file);
  if (known?.length === 32) return known;
  if (known) throw new CodedError('data_damaged', { path: file });
  const key = randomBytes(32);
  await writePrivately(file, key);
  return key;
}
