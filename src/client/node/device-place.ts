import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Socket paths end at about 100 bytes: a deep folder gets a short name in the system's place for such things. */
export async function socketPath(folder: string): Promise<string> {
  const real = await realpath(folder);
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\corrillo-${digest}`;
  // Linux has names that live without a file and go with their process.
  if (process.platform === 'linux') return `\0corrillo-${process.getuid?.() ?? 0}-${digest}`;
  const plain = join(real, 'lock');
  return Buffer.byteLength(plain) < 100 ? plain : join('/tmp', `corrillo-${process.getuid?.() ?? 0}-${digest}`);
}
