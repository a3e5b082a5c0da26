import { importAeadKey, openBytes, sealBytes } from './aead.ts';
import { utf8 } from './bytes.ts';
import type { Group } from './contract.ts';
import { LABELS } from './labels.ts';
import { exportSecret } from './mls/found.ts';

/**
 * Seals what the members of one epoch tell one another beside their messages: any of them may have written it. Each purpose has a key
 * of its own (the exporter's context), so that what was sealed for one opens for no other.
 *
 * @throws GroupError `forbidden` after this device was removed
 */
export async function sealForEpoch(group: Group, purpose: string, content: Uint8Array): Promise<Uint8Array> {
  return sealBytes(await deriveBoxKey(group, purpose), utf8(LABELS.epochBox), content);
}

/** @throws GroupError `unreadable`; `forbidden` after this device was removed */
export async function openForEpoch(group: Group, purpose: string, sealed: Uint8Array): Promise<Uint8Array> {
  return openBytes(await deriveBoxKey(group, purpose), utf8(LABELS.epochBox), sealed);
}

async function deriveBoxKey(group: Group, purpose: string): Promise<CryptoKey> {
  return importAeadKey(await exportSecret(group, LABELS.epochBox, utf8(purpose), 32));
}
