import type { ClientState, KeyPackage, Proposal, Welcome } from 'ts-mls';
import type { Commit } from 'ts-mls/commit.js';
import { addHistoricalReceiverData, applyProposals, nextEpochContext } from 'ts-mls/clientState.js';
import { createGroupInfoWithRatchetTree } from 'ts-mls/createCommit.js';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import type { GroupContext } from 'ts-mls/groupContext.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import { protect } from 'ts-mls/messageProtection.js';
import { getCommitSecret, pathToPathSecrets } from 'ts-mls/pathSecrets.js';
import { mergePrivateKeyPaths, toPrivateKeyPath, updateLeafKey } from 'ts-mls/privateKeyPath.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { type LeafIndex, leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { createUpdatePath, firstCommonAncestor } from 'ts-mls/updatePath.js';
import { encryptGroupInfo, encryptGroupSecrets } from 'ts-mls/welcome.js';
import { GroupError } from '../contract.ts';
import { getSuite } from './suite.ts';
import { encodeWire } from './wire.ts';

const WIREFORMAT = 'mls_private_message';

export interface Admission {
  readonly state: ClientState;
  readonly sealed: Uint8Array;
  readonly welcome: Uint8Array;
}

/** What the newcomer is told, sealed to its key package. */
interface Told {
  readonly groupContext: GroupContext;
  readonly tree: RatchetTree;
  readonly confirmationTag: Uint8Array;
  readonly joinerSecret: Uint8Array;
  readonly welcomeSecret: Uint8Array;
  readonly pathSecrets: Awaited<ReturnType<typeof createUpdatePath>>[2];
}

/**
 * Commits one Add, and a Remove of the same device's older leaf, with a path (RFC 9420 section 12.4.1), and makes the Welcome. ts-mls' createCommit leaves the path out
 * of a commit that only adds; this is its way over the same parts. With a path the next epoch starts from a secret that whoever learnt this
 * one's does not have, and the older leaf of the device does not either.
 *
 * @param proposals judged already, by value
 */
export async function commitAddition(state: ClientState, proposals: readonly Proposal[], aad: Uint8Array): Promise<Admission> {
  const suite = await getSuite();
  const { groupContext: before, privatePath, signaturePrivateKey } = state;
  const ownIndex = toLeafIndex(privatePath.leafIndex);
  const entries = proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }) as const);
  // As one who receives it: the sender's way looks at lifetimes, and clocks are wrong.
  const applied = await applyProposals(state, entries, ownIndex, emptyPskIndex, false, suite);
  if (applied.additionalResult.kind !== 'memberCommit') throw new GroupError('forbidden', 'no commit of a member');
  const { addedLeafNodes } = applied.additionalResult;
  const newLeaves = addedLeafNodes.map(([leafIndex]) => leafToNodeIndex(leafIndex));
  const [tree, path, pathSecrets, leafKey] = await createUpdatePath(applied.tree, ownIndex, before, signaturePrivateKey, suite, newLeaves);
  const top = pathSecrets.at(-1);
  if (!top) throw new GroupError('forbidden', 'a path that leads nowhere');
  const commitSecret = await getCommitSecret(tree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf);

  const commit: Commit = { proposals: entries, path };
  const sender = { senderType: 'member', leafIndex: privatePath.leafIndex } as const;
  const { framedContent, signature } = await createContentCommitSignature(
    before,
    WIREFORMAT,
    commit,
    sender,
    aad,
    signaturePrivateKey,
    suite.signature,
  );
  const treeHash = await treeHashRoot(tree, suite.hash);
  const groupContext = await nextEpochContext(before, WIREFORMAT, framedContent, signature, treeHash, state.confirmationTag, suite.hash);
  const epoch = await initializeEpoch(state.keySchedule.initSecret, commitSecret, groupContext, applied.pskSecret, suite.kdf);
  const confirmationTag = await createConfirmationTag(epoch.keySchedule.confirmationKey, groupContext.confirmedTranscriptHash, suite.hash);
  const { privateMessage } = await protect(
    state.keySchedule.senderDataSecret,
    aad,
    before,
    state.secretTree,
    { ...framedContent, auth: { contentType: 'commit', signature, confirmationTag } },
    privatePath.leafIndex,
    state.clientConfig.paddingConfig,
    suite,
  );
  const ownPath = updateLeafKey(privatePath, await suite.hpke.exportPrivateKey(leafKey));
  const next: ClientState = {
    ...state,
    groupContext,
    ratchetTree: tree,
    secretTree: await createSecretTree(leafWidth(tree.length), epoch.encryptionSecret, suite.kdf),
    keySchedule: epoch.keySchedule,
    privatePath: mergePrivateKeyPaths(ownPath, await toPrivateKeyPath(pathToPathSecrets(pathSecrets), ownIndex, suite)),
    unappliedProposals: {},
    historicalReceiverData: addHistoricalReceiverData(state)[0],
    confirmationTag,
  };
  const told = { groupContext, tree, confirmationTag, pathSecrets, joinerSecret: epoch.joinerSecret, welcomeSecret: epoch.welcomeSecret };
  const welcome = await createWelcome(state, told, addedLeafNodes);
  return {
    state: next,
    sealed: encodeWire({ version: 'mls10', wireformat: WIREFORMAT, privateMessage }),
    welcome: encodeWire({ version: 'mls10', wireformat: 'mls_welcome', welcome }),
  };
}

/** RFC 9420 section 12.4.3.1. The tree travels along, so that nobody has to be asked for it. */
async function createWelcome(state: ClientState, told: Told, added: ReadonlyArray<readonly [LeafIndex, KeyPackage]>): Promise<Welcome> {
  const suite = await getSuite();
  const { groupContext, tree, confirmationTag, joinerSecret, welcomeSecret } = told;
  const groupInfo = await createGroupInfoWithRatchetTree(groupContext, confirmationTag, state, tree, [], suite);
  const encryptedGroupInfo = await encryptGroupInfo(groupInfo, welcomeSecret, suite);
  const secrets = await Promise.all(
    added.map(async ([leafIndex, keyPackage]) => {
      const shared = firstCommonAncestor(tree, leafIndex, toLeafIndex(state.privatePath.leafIndex));
      const pathSecret = told.pathSecrets.find(({ nodeIndex }) => nodeIndex === shared)?.secret;
      const key = await suite.hpke.importPublicKey(keyPackage.initKey);
      const { enc, ct } = await encryptGroupSecrets(key, encryptedGroupInfo, { joinerSecret, pathSecret, psks: [] }, suite.hpke);
      const newMember = await makeKeyPackageRef(keyPackage, suite.hash);
      return { newMember, encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct } };
    }),
  );
  return { cipherSuite: groupContext.cipherSuite, secrets, encryptedGroupInfo };
}
