import type { RatchetTree } from 'ts-mls';
import type { GroupContext } from 'ts-mls/groupContext.js';
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js';
import { verifyParentHashes } from 'ts-mls/parentHash.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { directPath, isLeaf, leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { equalBytes, toHex } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { judgeLeaf } from '../policy.ts';
import { leafFact } from './facts.ts';
import { leafAt, listLeaves } from './state.ts';
import { getSuite } from './suite.ts';
import { isSoundHpkeKey } from './x25519-kem.ts';

/** Nodes of a tree that has a place for each member: newcomers take blank places first. */
const WIDEST_TREE = 2 * 2 ** Math.ceil(Math.log2(LIMITS.members)) - 1;

/**
 * What can be seen of a tree without a hash (RFC 9420 sections 7.8 and 7.9): to be asked before anything walks over it. ts-mls' own check demands
 * that all nodes above an unmerged leaf name the same unmerged leaves, which those above the last committer's path do not, so that nobody could come in after
 * some additions; and it does not return from a list of unmerged leaves that is long enough.
 *
 * @throws GroupError `unreadable`
 */
export function refuseUnsoundTree(tree: RatchetTree): void {
  // A tree's hashes are walked once for each leaf: the bytes of one GroupInfo would hold a million blank places.
  if (tree.length > WIDEST_TREE) throw new GroupError('unreadable', 'a tree beyond the size of a room');
  const hpkeKeys = new Set<string>();
  const devices = new Set<string>();
  for (const [i, node] of tree.entries()) {
    if (!node) continue;
    if ((node.nodeType === 'leaf') !== isLeaf(toNodeIndex(i))) throw new GroupError('unreadable', 'a node in the wrong place');
    const key = node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey;
    if (!isSoundHpkeKey(key)) throw new GroupError('unreadable', 'an encryption key that nothing can be sealed to');
    hpkeKeys.add(toHex(key));
    if (node.nodeType === 'leaf') devices.add(toHex(node.leaf.signaturePublicKey));
    else refuseLooseLeaves(tree, i, node.parent.unmergedLeaves);
  }
  if (hpkeKeys.size < tree.filter(Boolean).length) throw new GroupError('unreadable', 'an encryption key twice in the tree');
  if (devices.size < listLeaves(tree).length) throw new GroupError('unreadable', 'a device twice in the tree');
  if (devices.size > LIMITS.members) throw new GroupError('unreadable', 'more members than a room has');
}

/**
 * That each leaf is a device's own, and the tree the one that is named in the context.
 *
 * @param tree one that `refuseUnsoundTree` let pass
 * @throws GroupError `unreadable`, or an MlsError
 */
export async function verifyTree(tree: RatchetTree, { groupId, treeHash }: Pick<GroupContext, 'groupId' | 'treeHash'>): Promise<void> {
  const { signature, hash } = await getSuite();
  for (const { leaf, leafIndex } of listLeaves(tree)) {
    judgeLeafOfTree(leaf);
    if (!(await verifyLeafNodeSignature(leaf, groupId, leafIndex, signature)))
      throw new GroupError('unreadable', 'a leaf that its device has not signed');
  }
  if (!(await verifyParentHashes(tree, hash))) throw new GroupError('unreadable', 'a node that no member has made');
  if (!equalBytes(await treeHashRoot(tree, hash), treeHash)) throw new GroupError('unreadable', 'another tree than the group has');
}

function judgeLeafOfTree(leaf: Parameters<typeof leafFact>[0]): void {
  if (leaf.leafNodeSource === 'update') throw new GroupError('unreadable', 'a leaf that no commit of ours makes');
  try {
    judgeLeaf(leafFact(leaf));
  } catch (error) {
    throw error instanceof GroupError ? new GroupError('unreadable', error.reason) : error;
  }
}

/**
 * Each is a leaf below its node, named once, and by the nodes between as well. ts-mls walks from each to the root, and never gets there from one that
 * is outside of the tree.
 */
function refuseLooseLeaves(tree: RatchetTree, nodeIndex: number, unmerged: readonly number[]): void {
  if (unmerged.length > LIMITS.members) throw new GroupError('unreadable', 'more unmerged leaves than members');
  for (const [i, leafIndex] of unmerged.entries()) {
    if (!leafAt(tree, leafIndex)) throw new GroupError('unreadable', 'unmerged leaf that is not in the tree');
    if (i > 0 && leafIndex <= (unmerged[i - 1] as number)) throw new GroupError('unreadable', 'unmerged leaves out of order');
    const path = directPath(leafToNodeIndex(toLeafIndex(leafIndex)), leafWidth(tree.length));
    const place = path.indexOf(toNodeIndex(nodeIndex));
    if (place < 0) throw new GroupError('unreadable', 'unmerged leaf of another branch');
    for (const between of path.slice(0, place)) {
      const node = tree[between];
      if (node?.nodeType === 'parent' && !node.parent.unmergedLeaves.includes(leafIndex))
        throw new GroupError('unreadable', 'unmerged leaf that is merged below');
    }
  }
}
