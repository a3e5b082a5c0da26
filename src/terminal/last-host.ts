import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitHost } from './arguments.ts';

/** Where a relay's chat port is. */
export interface HostPlace {
  readonly host: string;
  readonly chatPort: number;
}

const fileIn = (folder: string) => join(folder, 'last-host');

/** Where this device was let in last: whoever comes back need not say it again. */
export async function readLastHost(folder: string): Promise<HostPlace | undefined> {
  try {
    const { host, chatPort } = splitHost((await readFile(fileIn(folder), 'utf8')).trim());
    return host !== undefined && chatPort !== undefined ? { host, chatPort } : undefined;
  } catch {
    return undefined;
  }
}

export async function writeLastHost(folder: string, { host, chatPort }: HostPlace): Promise<void> {
  await writeFile(fileIn(folder), `${host.includes(':') ? `[${host}]` : host}:${chatPort}\n`, { mode: 0o600 });
}
