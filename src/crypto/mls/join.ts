import { exportSecret as encapsulateInit, nextEpochContext } from 'ts-mls/clientState.js';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import { getCommitSecret, pathToPathSecrets } from 'ts-mls/pathSecrets.js';
import { toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js';
import type { Proposal } from 'ts-mls/proposal.js';
import { accumulatePskSecret } from 'ts-mls/pskIndex.js';
import { addLeafNode, removeLeafNode } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafWidth, nodeToLeafIndex, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { createUpdatePath } from 'ts-mls/updatePath.js';
import { equalBytes, randomBytes } from '../bytes.ts';
import { GroupError, type Identity, type Sealed } from '../contract.ts';
import { deriveLinkPsk } from '../link-keys.ts';
import { judgeExternalCommit } from '../policy.ts';
import { guard } from './errors.ts';
import { proposalFacts, roomFacts } from './facts.ts';
import { createLeaf } from './found.ts';
import { openGroupInfo } from './group-info.ts';
import { listLeaves, wrapState } from './state.ts';
import { CLIENT_CONFIG, getSuite } from './suite.ts';
import { encodeWire } from './wire.ts';

/**
 * Comes in by an external commit (RFC 9420 section 12.4.3.2) that carries the link's PSK. ts-mls' joinGroupExternal takes
 * no PSK, and hangs when it is to replace a leaf that is not there; this is its way over the same parts. The proposals
 * travel in the clear, as MLS wants it of a newcomer: `aad` is seen by the relay.
 *
 * @throws GroupError `wrong_link` when the GroupInfo is of another link or room, `unreadable` when it is no sound GroupInfo,
 *   `forbidden` when the room is full
 */
export async function joinByLink(
  identity: Identity,
  room: Uint8Array,
  encodedInfo: Uint8Array,
  secret: Uint8Array,
  aad: Uint8Array,
): Promise<Sealed & { readonly replacedOwn: boolean }> {
  const suite = await getSuite();
  const { groupInfo, tree, externalPub } = await openGroupInfo(encodedInfo, room, secret);
  const context = groupInfo.groupContext;
  const { enc: kemOutput, secret: initSecret } = await guard(() => encapsulateInit(externalPub, suite));

  const former = listLeaves(tree).find(({ leaf }) => equalBytes(leaf.signaturePublicKey, identity.device));
  if (former && listLeaves(tree).length === 1) throw new GroupError('unreadable', 'nobody else is in the room to come back to');
  const { psk, pskId } = deriveLinkPsk(secret);
  const preSharedKeyId = { psktype: 'external', pskId, pskNonce: randomBytes(suite.kdf.size) } as const;
  const pskSecret = (await accumulatePskSecret([preSharedKeyId], { findPsk: () => psk }, suite, new Uint8Array(suite.kdf.size)))[0];
  const proposals: Proposal[] = [
    { proposalType: 'external_init', externalInit: { kemOutput } },
    { proposalType: 'psk', psk: { preSharedKeyId } },
    ...(former ? [{ proposalType: 'remove', remove: { removed: former.leafIndex } } as const] : []),
  ];

  const ownLeaf = { identity: identity.device, signatureKey: identity.device, capable: true };
  const entries = proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }) as const);
  judgeExternalCommit(roomFacts({ groupContext: context, ratchetTree: tree }), proposalFacts(entries, tree), ownLeaf);

  const { publicPackage } = await createLeaf(identity);
  const [treeWithLeaf, nodeIndex] = addLeafNode(
    former ? removeLeafNode(tree, toLeafIndex(former.leafIndex)) : tree,
    publicPackage.leafNode,
  );
  const leafIndex = nodeToLeafIndex(nodeIndex);
  const [newTree, path, pathSecrets, leafKey] = await createUpdatePath(treeWithLeaf, leafIndex, context, identity.secret, suite);
  const top = pathSecrets.at(-1);
  if (!top) throw new GroupError('unreadable', 'nobody is in the room');
  const commitSecret = await getCommitSecret(newTree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf);

  const { signature, framedContent } = await createContentCommitSignature(
    context,
    'mls_public_message',
    { proposals: entries, path },
    { senderType: 'new_member_commit' },
    aad,
    identity.secret,
    suite.signature,
  );
  const treeHash = await treeHashRoot(newTree, suite.hash);
  const groupContext = await nextEpochContext(
    context,
    'mls_public_message',
    framedContent,
    signature,
    treeHash,
    groupInfo.confirmationTag,
    suite.hash,
  );
  const epoch = await initializeEpoch(initSecret, commitSecret, groupContext, pskSecret, suite.kdf);
  const confirmationTag = await createConfirmationTag(epoch.keySchedule.confirmationKey, groupContext.confirmedTranscriptHash, suite.hash);
  const ownPath = await toPrivateKeyPath(pathToPathSecrets(pathSecrets), leafIndex, suite);

  const group = wrapState(
    {
      groupContext,
      ratchetTree: newTree,
      secretTree: await createSecretTree(leafWidth(newTree.length), epoch.encryptionSecret, suite.kdf),
      privatePath: updateLeafKey(ownPath, await suite.hpke.exportPrivateKey(leafKey)),
      keySchedule: epoch.keySchedule,
      confirmationTag,
      signaturePrivateKey: identity.secret,
      unappliedProposals: {},
      historicalReceiverData: new Map(),
      groupActiveState: { kind: 'active' },
      clientConfig: CLIENT_CONFIG,
    },
    identity.device,
  );
  const auth = { contentType: 'commit', signature, confirmationTag } as const;
  const publicMessage = { content: framedContent, auth, senderType: 'new_member_commit' } as const;
  return {
    group,
    sealed: encodeWire({ version: 'mls10', wireformat: 'mls_public_message', publicMessage }),
    replacedOwn: former !== undefined,
  };
}
