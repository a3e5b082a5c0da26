import type { GroupInfo, RatchetTree } from 'ts-mls';
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { equalBytes } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { guard } from './errors.ts';
import { readExtensions } from './extensions.ts';
import { leafAt } from './state.ts';
import { getSuite, SUITE_NAME } from './suite.ts';
import { refuseUnsoundTree, verifyTree } from './verify-tree.ts';
import { decodeWire } from './wire.ts';

export interface OpenedGroupInfo {
  readonly groupInfo: GroupInfo;
  readonly tree: RatchetTree;
  readonly externalPub: Uint8Array;
}

/**
 * What one who has a link is told of a group (RFC 9420 section 12.4.3.2). It may be an old one: only a member's message of the new epoch
 * tells.
 *
 * @throws GroupError `unreadable`, `wrong_link`
 */
export async function openGroupInfo(encoded: Uint8Array, room: Uint8Array, secret: Uint8Array): Promise<OpenedGroupInfo> {
  const message = decodeWire(encoded);
  if (message.wireformat !== 'mls_group_info') throw new GroupError('unreadable', 'no GroupInfo');
  const { groupInfo } = message;
  refuseOtherGroups(groupInfo, room);
  const { link } = readExtensions(groupInfo.groupContext.extensions);
  if (!link || !equalBytes(link, secret)) throw new GroupError('wrong_link', 'the room has another link by now');
  const externalPub = groupInfo.extensions.find(({ extensionType }) => extensionType === 'external_pub')?.extensionData;
  if (!externalPub) throw new GroupError('unreadable', 'GroupInfo without external_pub');
  return { groupInfo, tree: await verifyGroupInfo(groupInfo, room), externalPub };
}

/**
 * Checks what a newcomer is told of a group, by whichever door: the room is the one that was meant, the signer stands in the tree, the tree is
 * the one that is signed, and each leaf is a device.
 *
 * @throws GroupError `unreadable`, `wrong_link`
 */
export async function verifyGroupInfo(groupInfo: GroupInfo, room: Uint8Array): Promise<RatchetTree> {
  refuseOtherGroups(groupInfo, room);
  return guard(async () => {
    const tree = ratchetTreeFromExtension(groupInfo);
    if (!tree) throw new GroupError('unreadable', 'GroupInfo without a tree');
    refuseUnsoundTree(tree);
    refuseOtherEncodings(groupInfo, tree);
    const signer = leafAt(tree, groupInfo.signer);
    const { signature } = await getSuite();
    if (!signer || !(await verifyGroupInfoSignature(groupInfo, signer.signaturePublicKey, signature)))
      throw new GroupError('unreadable', 'GroupInfo of no member');
    await verifyTree(tree, groupInfo.groupContext);
    return tree;
  });
}

function refuseOtherGroups({ groupContext: { version, cipherSuite, epoch, groupId } }: GroupInfo, room: Uint8Array): void {
  if (version !== 'mls10' || cipherSuite !== SUITE_NAME) throw new GroupError('unreadable', 'another version or cipher suite');
  if (epoch >= BigInt(Number.MAX_SAFE_INTEGER)) throw new GroupError('unreadable', 'an epoch beyond counting');
  if (!equalBytes(groupId, room)) throw new GroupError('wrong_link', 'of another room');
}

/** One extension of a kind, and a tree in its one encoding: what is not read is not carried along. */
function refuseOtherEncodings({ extensions }: GroupInfo, tree: RatchetTree): void {
  const encoded = extensions.filter(({ extensionType }) => extensionType === 'ratchet_tree');
  if (encoded.length !== 1 || !encoded[0] || !equalBytes(encoded[0].extensionData, encodeRatchetTree(tree)))
    throw new GroupError('unreadable', 'a tree in another encoding');
}
