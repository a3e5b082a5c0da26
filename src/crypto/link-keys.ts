import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { importAeadKey, openBytes, sealBytes } from './aead.ts';
import { utf8 } from './bytes.ts';
import type { LinkKeys } from './contract.ts';
import { LABELS } from './labels.ts';
import { deriveHpkeKeys } from './mls/suite.ts';

/**
 * What follows from a link's 32-byte secret: HKDF-SHA256 (RFC 5869), no salt, since the secret is uniform already.
 *
 * @throws TypeError when the secret has not 32 bytes
 */
export async function deriveLinkKeys(secret: Uint8Array): Promise<LinkKeys> {
  return {
    ...deriveLinkPsk(secret),
    doorToken: derive(secret, LABELS.linkDoor),
    infoKey: derive(secret, LABELS.linkInfo),
    greetingKey: derive(secret, LABELS.linkGreeting),
    knock: await deriveHpkeKeys(derive(secret, LABELS.linkKnock)),
  };
}

/** What members need for each commit of a newcomer. */
export function deriveLinkPsk(secret: Uint8Array): Pick<LinkKeys, 'psk' | 'pskId'> {
  return { psk: derive(secret, LABELS.linkPsk), pskId: deriveLinkId(secret) };
}

/** Names a link without giving it away. */
export function deriveLinkId(secret: Uint8Array): Uint8Array {
  return derive(secret, LABELS.linkPskId);
}

export async function sealInfo(infoKey: Uint8Array, info: Uint8Array): Promise<Uint8Array> {
  return sealBytes(await importAeadKey(infoKey), utf8(LABELS.infoData), info);
}

/** @throws GroupError `unreadable` */
export async function openInfo(infoKey: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  return openBytes(await importAeadKey(infoKey), utf8(LABELS.infoData), sealed);
}

function derive(secret: Uint8Array, label: string): Uint8Array {
  if (secret.length !== 32) throw new TypeError('a link secret has 32 bytes');
  return hkdf(sha256, secret, undefined, utf8(label), 32);
}
