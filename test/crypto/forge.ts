import type { ClientState, Proposal } from 'ts-mls';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { applyProposals, exportSecret, nextEpochContext } from 'ts-mls/clientState.js';
import type { Commit } from 'ts-mls/commit.js';
import { createConfirmationTag, createContentCommitSignature } from 'ts-mls/framedContent.js';
import { initializeEpoch } from 'ts-mls/keySchedule.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import { protect } from 'ts-mls/messageProtection.js';
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { getCommitSecret } from 'ts-mls/pathSecrets.js';
import { processMessage } from 'ts-mls/processMessages.js';
import { accumulatePskSecret, emptyPskIndex, type PskIndex } from 'ts-mls/pskIndex.js';
import { addLeafNode, type RatchetTree, removeLeafNode } from 'ts-mls/ratchetTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { leafToNodeIndex, nodeToLeafIndex, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { createUpdatePath } from 'ts-mls/updatePath.js';
import { type Group, type Identity, deriveLinkKeys } from '../../src/crypto/index.ts';
import { createLeaf } from '../../src/crypto/mls/found.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire, encodeWire } from '../../src/crypto/mls/wire.ts';
import { linkOf, random, utf8 } from './people.ts';

/*
 * Commits that no client of ours would make, whole and well signed, out of ts-mls' parts: what is tested by them is what the
 * receivers do. Everything a dishonest program can choose is an option.
 */

const suite = await getSuite();

export interface ExternalForgery {
  readonly psk?: Uint8Array;
  readonly pskId?: Uint8Array;
  /** Given the honest external_init and PSK, what is sent. */
  readonly proposals?: (honest: Proposal[]) => Proposal[];
  /** Leaf taken out of the tree before the own one is added. */
  readonly removes?: number;
  readonly leaf?: (honest: LeafNode) => LeafNode;
  readonly commit?: (honest: Commit) => Commit;
  /** Signs the path and the message. */
  readonly signer?: Uint8Array;
}

export async function forgeExternalCommit(host: Group, identity: Identity, forgery: ExternalForgery = {}): Promise<Uint8Array> {
  const { groupContext: context, ratchetTree, keySchedule, confirmationTag } = stateOf(host);
  const signer = forgery.signer ?? identity.secret;
  const honestKeys = await deriveLinkKeys(host.context.link ?? random(32));
  const { publicKey } = await suite.hpke.deriveKeyPair(keySchedule.externalSecret);
  const { enc: kemOutput, secret: initSecret } = await exportSecret(await suite.hpke.exportPublicKey(publicKey), suite);
  const preSharedKeyId = { psktype: 'external', pskId: forgery.pskId ?? honestKeys.pskId, pskNonce: random(32) } as const;
  const honest: Proposal[] = [
    { proposalType: 'external_init', externalInit: { kemOutput } },
    { proposalType: 'psk', psk: { preSharedKeyId } },
  ];
  const proposals = forgery.proposals?.(honest) ?? honest;
  const psk = forgery.psk ?? honestKeys.psk;
  const ids = proposals.flatMap((proposal) => (proposal.proposalType === 'psk' ? [proposal.psk.preSharedKeyId] : []));
  const [pskSecret] = await accumulatePskSecret(ids, { findPsk: () => psk }, suite, new Uint8Array(32));
  const emptied = forgery.removes === undefined ? ratchetTree : removeLeafNode(ratchetTree, toLeafIndex(forgery.removes));
  const { leafNode } = (await createLeaf(identity)).publicPackage;
  const [tree, nodeIndex] = addLeafNode(emptied, forgery.leaf?.(leafNode) ?? leafNode);
  const [newTree, path, secrets] = await createUpdatePath(tree, nodeToLeafIndex(nodeIndex), context, signer, suite);
  const honestCommit: Commit = { proposals: proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })), path };
  const commit = forgery.commit?.(honestCommit) ?? honestCommit;
  const sender = { senderType: 'new_member_commit' } as const;
  const { framedContent: content, signature } = await createContentCommitSignature(
    context,
    'mls_public_message',
    commit,
    sender,
    utf8('hello'),
    signer,
    suite.signature,
  );
  const top = secrets.at(-1);
  const commitSecret = top ? await getCommitSecret(newTree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf) : new Uint8Array(32);
  const next = await nextEpochContext(
    context,
    'mls_public_message',
    content,
    signature,
    await treeHashRoot(newTree, suite.hash),
    confirmationTag,
    suite.hash,
  );
  const { keySchedule: schedule } = await initializeEpoch(initSecret, commitSecret, next, pskSecret, suite.kdf);
  const tag = await createConfirmationTag(schedule.confirmationKey, next.confirmedTranscriptHash, suite.hash);
  const auth = { contentType: 'commit', signature, confirmationTag: tag } as const;
  return encodeWire({
    version: 'mls10',
    wireformat: 'mls_public_message',
    publicMessage: { content, auth, senderType: 'new_member_commit' },
  });
}

export interface MemberForgery {
  readonly proposals: Proposal[];
  readonly path: boolean;
  readonly leaf?: (honest: LeafNode) => LeafNode;
  /** Signs the new leaf, where it is to be another key's. */
  readonly leafSigner?: Uint8Array;
  readonly commit?: (honest: Commit) => Commit;
  readonly public?: boolean;
  readonly leafIndex?: number;
}

export async function forgeMemberCommit(group: Group, forgery: MemberForgery): Promise<Uint8Array> {
  const state = stateOf(group);
  const { groupContext: context, keySchedule, signaturePrivateKey, clientConfig } = state;
  const leafIndex = forgery.leafIndex ?? state.privatePath.leafIndex;
  const entries = forgery.proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }) as const);
  const applied = await applyProposals(state, entries, toLeafIndex(leafIndex), { findPsk: () => random(32) }, false, suite).catch(
    () => undefined,
  );
  const tree: RatchetTree = (applied?.tree ?? state.ratchetTree).slice();
  const own = tree[leafIndex * 2];
  if (own?.nodeType === 'leaf' && forgery.leaf) tree[leafIndex * 2] = { nodeType: 'leaf', leaf: forgery.leaf(own.leaf) };
  // Who is added learns the path by its Welcome.
  const added = applied?.additionalResult.kind === 'memberCommit' ? applied.additionalResult.addedLeafNodes : [];
  const newLeaves = added.map(([index]) => leafToNodeIndex(index));
  const [newTree, path, secrets] = forgery.path
    ? await createUpdatePath(tree, toLeafIndex(leafIndex), context, forgery.leafSigner ?? signaturePrivateKey, suite, newLeaves)
    : [tree, undefined, []];
  const honest: Commit = { proposals: entries, path };
  const commit = forgery.commit?.(honest) ?? honest;
  const wireformat = forgery.public ? 'mls_public_message' : 'mls_private_message';
  const sender = { senderType: 'member', leafIndex } as const;
  const { framedContent, signature } = await createContentCommitSignature(
    context,
    wireformat,
    commit,
    sender,
    utf8('forged'),
    signaturePrivateKey,
    suite.signature,
  );
  const top = secrets.at(-1);
  const commitSecret = top ? await getCommitSecret(newTree, toNodeIndex(top.nodeIndex), top.secret, suite.kdf) : new Uint8Array(32);
  const changed = applied?.additionalResult.kind === 'memberCommit' ? applied.additionalResult.extensions : [];
  const extended = changed.length > 0 ? { ...context, extensions: changed } : context;
  const next = await nextEpochContext(
    extended,
    wireformat,
    framedContent,
    signature,
    await treeHashRoot(newTree, suite.hash),
    state.confirmationTag,
    suite.hash,
  );
  const epoch = await initializeEpoch(keySchedule.initSecret, commitSecret, next, applied?.pskSecret ?? new Uint8Array(32), suite.kdf);
  const confirmationTag = await createConfirmationTag(epoch.keySchedule.confirmationKey, next.confirmedTranscriptHash, suite.hash);
  const auth = { contentType: 'commit', signature, confirmationTag } as const;
  if (forgery.public) {
    const publicMessage = await protectPublicMessage(
      keySchedule.membershipKey,
      context,
      { wireformat, content: framedContent, auth },
      suite,
    );
    return encodeWire({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
  }
  const content = { ...framedContent, auth };
  const { privateMessage } = await protect(
    keySchedule.senderDataSecret,
    utf8('forged'),
    context,
    state.secretTree,
    content,
    leafIndex,
    clientConfig.paddingConfig,
    suite,
  );
  return encodeWire({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
}

/**
 * What ts-mls with its defaults says: it shows that an attack is one, and not merely garbage.
 *
 * @returns the state after it, or undefined when even ts-mls refuses
 */
export async function askPlainMls(group: Group, sealed: Uint8Array): Promise<ClientState | undefined> {
  const message = decodeWire(sealed);
  if (message.wireformat !== 'mls_private_message' && message.wireformat !== 'mls_public_message') return undefined;
  const state: ClientState = { ...stateOf(group), clientConfig: defaultClientConfig };
  const psks = group.context.link ? await deriveLinkKeys(linkOf(group)) : undefined;
  const index: PskIndex = psks ? { findPsk: () => psks.psk } : emptyPskIndex;
  try {
    return (await processMessage(message, state, index, () => 'accept', suite)).newState;
  } catch {
    return undefined;
  }
}
