import type { KeyPackage, PrivateKeyPackage } from 'ts-mls';
import { createGroup as createMlsGroup } from 'ts-mls/clientState.js';
import { createGroupInfoWithExternalPubAndRatchetTree } from 'ts-mls/createCommit.js';
import { generateKeyPackageWithKey } from 'ts-mls/keyPackage.js';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { defaultLifetime } from 'ts-mls/lifetime.js';
import { GroupError, type Group, type Identity, type RoomContext } from '../contract.ts';
import { buildExtensions } from './extensions.ts';
import { isRemoved, stateOf, wrapState } from './state.ts';
import { CAPABILITIES, CLIENT_CONFIG, credentialOf, getSuite } from './suite.ts';
import { encodeWire } from './wire.ts';

/**
 * A group of one (RFC 9420 section 11), at epoch 0.
 *
 * @throws GroupError `forbidden` when the context is out of bounds
 */
export async function createGroup(identity: Identity, room: Uint8Array, context: RoomContext): Promise<Group> {
  const suite = await getSuite();
  const { publicPackage, privatePackage } = await createLeaf(identity);
  const extensions = buildExtensions({ ...context, formerLink: null });
  return wrapState(
    await createMlsGroup(Uint8Array.from(room), publicPackage, privatePackage, extensions, suite, CLIENT_CONFIG),
    identity.device,
  );
}

/** A fresh leaf of this device. Where it founds a room or comes in by link, the key package never leaves. */
export async function createLeaf(identity: Identity): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  const keys = { signKey: identity.secret, publicKey: identity.device };
  return generateKeyPackageWithKey(credentialOf(identity.device), CAPABILITIES, defaultLifetime, [], keys, await getSuite());
}

/**
 * The GroupInfo by which a link-holder comes in (RFC 9420 section 12.4.3): with external_pub and ratchet_tree, so that
 * nobody need be online.
 */
export async function describeGroup(group: Group): Promise<Uint8Array> {
  const state = stateOf(group);
  if (isRemoved(state)) throw new GroupError('forbidden', 'this device was removed');
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], await getSuite());
  return encodeWire({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
}

/**
 * MLS exporter (RFC 9420 section 8.5).
 *
 * @param label from the table of labels: one label has one purpose
 * @param size at most 255 × 32 bytes
 */
export async function exportSecret(group: Group, label: string, context: Uint8Array, size: number): Promise<Uint8Array> {
  const state = stateOf(group);
  if (isRemoved(state)) throw new GroupError('forbidden', 'this device was removed');
  return mlsExporter(state.keySchedule.exporterSecret, label, context, size, await getSuite());
}
