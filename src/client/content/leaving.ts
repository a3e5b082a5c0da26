import { type Group, type Identity, leafKey, verifySignature } from '../../crypto/index.ts';
import { CodedError, concatBytes, utf8 } from '../../protocol/index.ts';

/**
 * A member's word that it leaves, signed by its device for this stay in this room: whoever takes it out of the group shows
 * it to all, also to those who came after it was said. The key of the leaf is another one when the device comes back.
 */
function leavingBytes(room: Uint8Array, leaf: Uint8Array): Uint8Array {
  return concatBytes(utf8('corrillo leave v0\0'), room, leaf);
}

export async function signLeaving(identity: Identity, group: Group): Promise<Uint8Array> {
  const leaf = leafKey(group, identity.device);
  if (!leaf) throw new CodedError('not_inside');
  return identity.sign(leavingBytes(group.room, leaf));
}

export async function verifyLeaving(group: Group, device: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const leaf = leafKey(group, device);
  return leaf !== undefined && verifySignature(device, leavingBytes(group.room, leaf), signature);
}
