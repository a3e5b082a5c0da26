import type { GroupInfo, RatchetTree } from 'ts-mls';
import { throwIfDefined, validateRatchetTree } from 'ts-mls/clientState.js';
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js';
import { equalBytes } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { guard } from './errors.ts';
import { readExtensions } from './extensions.ts';
import { leafAt } from './state.ts';
import { CLIENT_CONFIG, getSuite, SUITE_NAME } from './suite.ts';
import { decodeWire } from './wire.ts';

/** Nodes of a tree that has a place for each member: newcomers take blank places first. */
const WIDEST_TREE = 2 * 2 ** Math.ceil(Math.log2(LIMITS.members)) - 1;

export interface OpenedGroupInfo {
  readonly groupInfo: GroupInfo;
  readonly tree: RatchetTree;
  readonly externalPub: Uint8Array;
}

/**
 * Checks what a newcomer is told of a group (RFC 9420 section 12.4.3.1): the signer stands in the tree, the tree is the one
 * that is signed, each leaf is a device, and the room and its link are the ones that were meant. It may still be an old
 * one: only a member's message of the new epoch tells.
 *
 * @throws GroupError `unreadable`, `wrong_link`
 */
export async function openGroupInfo(encoded: Uint8Array, room: Uint8Array, secret: Uint8Array): Promise<OpenedGroupInfo> {
  const message = decodeWire(encoded);
  if (message.wireformat !== 'mls_group_info') throw new GroupError('unreadable', 'no GroupInfo');
  const { groupInfo } = message;
  const { groupContext } = groupInfo;
  if (groupContext.version !== 'mls10' || groupContext.cipherSuite !== SUITE_NAME)
    throw new GroupError('unreadable', 'another version or cipher suite');
  if (groupContext.epoch >= BigInt(Number.MAX_SAFE_INTEGER)) throw new GroupError('unreadable', 'an epoch beyond counting');
  if (!equalBytes(groupContext.groupId, room)) throw new GroupError('wrong_link', 'of another room');
  const { link } = readExtensions(groupContext.extensions);
  if (!link || !equalBytes(link, secret)) throw new GroupError('wrong_link', 'the room has another link by now');
  const externalPub = groupInfo.extensions.find(({ extensionType }) => extensionType === 'external_pub')?.extensionData;
  if (!externalPub) throw new GroupError('unreadable', 'GroupInfo without external_pub');
  const tree = await guard(() => verifyTree(groupInfo));
  return { groupInfo, tree, externalPub };
}

async function verifyTree(groupInfo: GroupInfo): Promise<RatchetTree> {
  const suite = await getSuite();
  const tree = ratchetTreeFromExtension(groupInfo);
  if (!tree) throw new GroupError('unreadable', 'GroupInfo without a tree');
  // A tree's hashes are walked once for each leaf: the bytes of one GroupInfo would hold a million blank places.
  if (tree.length > WIDEST_TREE) throw new GroupError('unreadable', 'a tree beyond the size of a room');
  refuseLooseLeaves(tree);
  const { groupContext } = groupInfo;
  throwIfDefined(
    await validateRatchetTree(tree, groupContext, CLIENT_CONFIG.lifetimeConfig, CLIENT_CONFIG.authService, groupContext.treeHash, suite),
  );
  const signer = leafAt(tree, groupInfo.signer);
  if (!signer || !(await verifyGroupInfoSignature(groupInfo, signer.signaturePublicKey, suite.signature))) {
    throw new GroupError('unreadable', 'GroupInfo of no member');
  }
  return tree;
}

/** ts-mls walks from each unmerged leaf to the root, and never gets there from one that is outside of the tree. */
function refuseLooseLeaves(tree: RatchetTree): void {
  for (const node of tree) {
    if (node?.nodeType !== 'parent') continue;
    if (node.parent.unmergedLeaves.some((leafIndex) => !leafAt(tree, leafIndex)))
      throw new GroupError('unreadable', 'unmerged leaf that is not in the tree');
  }
}
