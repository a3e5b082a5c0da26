import { x25519 } from '@noble/curves/ed25519.js';
import type { KeyPackage, PrivateKeyPackage } from 'ts-mls';
import { makeKeyPackageRef, verifyKeyPackage } from 'ts-mls/keyPackage.js';
import { verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js';
import { concatBytes, equalBytes } from '../bytes.ts';
import { GroupError, type Identity, type OwnKeyPackage } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { judgeLeaf } from '../policy.ts';
import { guard } from './errors.ts';
import { packageFact, refuseUnfitKeys } from './facts.ts';
import { createLeaf } from './found.ts';
import { getSuite } from './suite.ts';
import { decodeWire, encodeWire } from './wire.ts';

/** The private half: version, init key, key of the leaf. */
const VERSION = 1;
const SECRET = 1 + 32 + 32;

/** What others need to take this device into a room while it is away (RFC 9420 section 10). Good for one room, once. */
export async function createKeyPackage(identity: Identity): Promise<OwnKeyPackage> {
  const { publicPackage, privatePackage } = await createLeaf(identity);
  return {
    body: encodeWire({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage }),
    secret: concatBytes(Uint8Array.of(VERSION), privatePackage.initPrivateKey, privatePackage.hpkePrivateKey),
    ref: await makeKeyPackageRef(publicPackage, (await getSuite()).hash),
  };
}

/**
 * The device whose key package it is, and the HPKE key of its leaf: the caller compares it with the one that was meant.
 *
 * @throws GroupError `unreadable`, `forbidden` where it could not be a member
 */
export async function readKeyPackage(
  body: Uint8Array,
): Promise<{ readonly device: Uint8Array; readonly ref: Uint8Array; readonly leafKey: Uint8Array }> {
  const keyPackage = await openKeyPackage(body);
  const { signaturePublicKey: device, hpkePublicKey: leafKey } = keyPackage.leafNode;
  return { device, ref: await makeKeyPackageRef(keyPackage, (await getSuite()).hash), leafKey };
}

/** @throws GroupError `unreadable`, `forbidden` */
export async function openKeyPackage(body: Uint8Array): Promise<KeyPackage> {
  const keyPackage = decodeKeyPackage(body);
  judgeLeaf(packageFact(keyPackage));
  refuseUnfitKeys([], null, keyPackage);
  if (!(await isSignedPackage(keyPackage))) throw new GroupError('unreadable', 'a key package that its device has not signed');
  return keyPackage;
}

/** By the device itself, leaf and package. */
export async function isSignedPackage(keyPackage: KeyPackage): Promise<boolean> {
  const { signature } = await getSuite();
  return guard(
    async () =>
      (await verifyLeafNodeSignatureKeyPackage(keyPackage.leafNode, signature)) && (await verifyKeyPackage(keyPackage, signature)),
  );
}

/**
 * A key package of this device with its private half, as the store had it.
 *
 * @throws GroupError `unreadable` when it is damaged or another's
 */
export function restoreKeyPackage(
  identity: Identity,
  { body, secret }: Pick<OwnKeyPackage, 'body' | 'secret'>,
): { readonly publicPackage: KeyPackage; readonly privatePackage: PrivateKeyPackage } {
  const publicPackage = decodeKeyPackage(body);
  if (!equalBytes(publicPackage.leafNode.signaturePublicKey, identity.device))
    throw new GroupError('unreadable', 'a key package of another device');
  if (secret.length !== SECRET || secret[0] !== VERSION) throw new GroupError('unreadable', 'damaged secret of a key package');
  const [initPrivateKey, hpkePrivateKey] = [secret.slice(1, 33), secret.slice(33)];
  const fits =
    equalBytes(x25519.getPublicKey(initPrivateKey), publicPackage.initKey) &&
    equalBytes(x25519.getPublicKey(hpkePrivateKey), publicPackage.leafNode.hpkePublicKey);
  if (!fits) throw new GroupError('unreadable', 'a key package that does not fit its secret');
  return { publicPackage, privatePackage: { initPrivateKey, hpkePrivateKey, signaturePrivateKey: identity.secret } };
}

function decodeKeyPackage(body: Uint8Array): KeyPackage {
  if (body.length > LIMITS.keyPackageBytes) throw new GroupError('unreadable', 'too large');
  const message = decodeWire(body);
  if (message.wireformat !== 'mls_key_package') throw new GroupError('unreadable', 'no key package');
  return message.keyPackage;
}
