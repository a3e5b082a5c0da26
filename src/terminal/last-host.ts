import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBase64Url, SIZES, toBase64Url } from '../protocol/index.ts';
import { splitHost } from './arguments.ts';

/** Where a relay's chat port is. */
export interface HostPlace {
  readonly host: string;
  readonly chatPort: number;
  /** The first 16 bytes of its key, where it is known: by it a relay that has moved is found again. */
  readonly relayKey?: Uint8Array | undefined;
}

const fileIn = (folder: string) => join(folder, 'last-host');

/** Where this device was let in last: whoever comes back need not say it again. */
export async function readLastHost(folder: string): Promise<HostPlace | undefined> {
  try {
    const [place, key] = (await readFile(fileIn(folder), 'utf8')).trim().split(' ');
    const { host, chatPort } = splitHost(place);
    return host !== undefined && chatPort !== undefined
      ? { host, chatPort, relayKey: (key && fromBase64Url(key)) || undefined }
      : undefined;
  } catch {
    return undefined;
  }
}

export async function writeLastHost(folder: string, { host, chatPort, relayKey }: HostPlace): Promise<void> {
  const place = `${host.includes(':') ? `[${host}]` : host}:${chatPort}`;
  const key = relayKey ? ` ${toBase64Url(relayKey.subarray(0, SIZES.relayKeyInLink))}` : '';
  await writeFile(fileIn(folder), `${place}${key}\n`, { mode: 0o600 });
}
