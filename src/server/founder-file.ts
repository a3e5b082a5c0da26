import { readFile, rm } from 'node:fs/promises';
import { writePrivately } from '../files/index.ts';
import { formatFounderLink, parseLinkFragment, SIZES } from '../protocol/index.ts';
import { toUrlHost } from './addresses.ts';

/** The token of the founder link that waits in `file`; a new one where there is none. The link survives restarts until it is used. */
export async function loadFounderToken(file: string, random: (size: number) => Uint8Array): Promise<Uint8Array> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return parseLinkFragment(text.trim().split('#')[1] ?? '')?.secret ?? random(SIZES.token);
}

export interface FounderPlace {
  readonly address: string;
  readonly webPort: number;
  readonly chatPort: number;
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
  /** The first room is to be open. */
  readonly open: boolean;
}

/** Writes the founder link where the host's own terminal finds it. @returns the link */
export async function writeFounderLink(
  file: string,
  token: Uint8Array,
  { address, webPort, chatPort, relayKey, open }: FounderPlace,
): Promise<string> {
  const link = formatFounderLink({
    host: toUrlHost(address),
    webPort,
    chatPort,
    token,
    relayKey: relayKey.subarray(0, SIZES.relayKeyInLink),
    open,
  });
  await writePrivately(file, `${link}\n`);
  return link;
}

export async function removeFounderLink(file: string): Promise<void> {
  await rm(file, { force: true });
}
