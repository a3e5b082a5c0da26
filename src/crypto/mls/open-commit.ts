import type { ClientState, MlsPrivateMessage, MlsPublicMessage, PskIndex } from 'ts-mls';
import type { Commit } from 'ts-mls/commit.js';
import type { FramedContent } from 'ts-mls/framedContent.js';
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
import { processPrivateMessage, processPublicMessage } from 'ts-mls/processMessages.js';
import { emptyPskIndex } from 'ts-mls/pskIndex.js';
import { removeLeafNode } from 'ts-mls/ratchetTree.js';
import { toLeafIndex } from 'ts-mls/treemath.js';
import { equalBytes } from '../bytes.ts';
import { type Departed, GroupError, type Group, type OpenedCommit } from '../contract.ts';
import { deriveLinkPsk } from '../link-keys.ts';
import { judgeExternalCommit, judgeMemberCommit } from '../policy.ts';
import { guard } from './errors.ts';
import { addedPackage, pathFact, proposalFacts, refuseUnfitKeys, roomFacts } from './facts.ts';
import { isSignedPackage } from './key-package.ts';
import { epochOf, unprotect } from './messages.ts';
import { isRemoved, leafAt, stateOf, wrapState } from './state.ts';
import { getSuite } from './suite.ts';
import { decodeWire } from './wire.ts';

/** A commit whose signature is verified, before it is judged. */
interface ReadCommit {
  readonly commit: Commit;
  readonly author: Uint8Array;
  readonly aad: Uint8Array;
}

/**
 * Reads a commit, judges it by the room's rules, and only then applies it (RFC 9420 section 12.4.2). ts-mls' own hook comes
 * too late: by then it has walked a removal of a leaf outside of the tree, from which it does not return.
 *
 * @param options.departed who said that it leaves
 * @throws GroupError
 */
export async function openCommit(group: Group, sealed: Uint8Array, options: { departed?: Departed } = {}): Promise<OpenedCommit> {
  const state = stateOf(group);
  if (isRemoved(state)) throw new GroupError('unreadable', 'this device was removed');
  const message = decodeWire(sealed);
  if (message.wireformat === 'mls_private_message') return openMemberCommit(group, state, message, options.departed ?? new Set());
  if (message.wireformat === 'mls_public_message') return openExternalCommit(group, state, message);
  throw new GroupError('unreadable', 'no commit');
}

async function openMemberCommit(group: Group, state: ClientState, message: MlsPrivateMessage, departed: Departed): Promise<OpenedCommit> {
  const { privateMessage } = message;
  if (privateMessage.contentType === 'application') throw new GroupError('unreadable', 'no commit');
  refuseOtherEpochs(state, privateMessage);
  const { content, sender } = await unprotect(state, epochOf(state, privateMessage), privateMessage);
  const { commit, author, aad } = readCommit(content, sender);
  const gone = typeof departed === 'function' ? await departed(aad) : departed;
  judgeMemberCommit(roomFacts(state), author, proposalFacts(commit.proposals, state.ratchetTree), pathFact(commit), gone);
  const added = addedPackage(commit.proposals);
  refuseUnfitKeys(state.ratchetTree, commit.path ?? null, added);
  if (added && !(await isSignedPackage(added))) throw new GroupError('forbidden', 'a key package that its device has not signed');
  const addedDevices = added ? [added.leafNode.signaturePublicKey] : [];
  // Another took this device in anew. Where the new leaf stands in the place of the old one, ts-mls does not notice that the old one is gone.
  if (added && equalBytes(added.leafNode.signaturePublicKey, group.device)) {
    return { ...replaced(group, state), author, added: addedDevices, external: false, aad };
  }
  const suite = await getSuite();
  const { newState } = await guard(() => processPrivateMessage(state, privateMessage, emptyPskIndex, suite));
  return { ...outcome(group, state, newState, commit), author, added: addedDevices, external: false, aad };
}

async function openExternalCommit(group: Group, state: ClientState, message: MlsPublicMessage): Promise<OpenedCommit> {
  const { publicMessage } = message;
  refuseOtherEpochs(state, publicMessage.content);
  // Members' handshakes are private messages: what a public one holds, the relay reads.
  if (publicMessage.senderType !== 'new_member_commit')
    throw new GroupError('forbidden', `a public message of sender type ${publicMessage.senderType}`);
  const suite = await getSuite();
  const { keySchedule, groupContext, ratchetTree } = state;
  const { content } = await guard(() => unprotectPublicMessage(keySchedule.membershipKey, groupContext, ratchetTree, publicMessage, suite));
  const newcomer = content.contentType === 'commit' ? content.commit.path?.leafNode.signaturePublicKey : undefined;
  const { commit, author, aad } = readCommit(content, newcomer ?? new Uint8Array());
  judgeExternalCommit(roomFacts(state), proposalFacts(commit.proposals, ratchetTree), pathFact(commit));
  refuseUnfitKeys(ratchetTree, commit.path ?? null, null);
  // This device came in again elsewhere. Its own key signed that, and for the leaf that is gone there is nothing to derive.
  if (equalBytes(author, group.device)) return { ...replaced(group, state), author, added: [author], external: true, aad };
  const psks = linkPsks(group);
  const { newState } = await guard(() => processPublicMessage(state, publicMessage, psks, suite), recodeExternal);
  return { ...outcome(group, state, newState, commit), author, added: [author], external: true, aad };
}

/** `contentType` is not authenticated yet; a proposal by itself is refused unopened, whoever made it. */
function readCommit(content: FramedContent, author: Uint8Array): ReadCommit {
  if (content.contentType === 'proposal') throw new GroupError('forbidden', 'a proposal by itself');
  if (content.contentType !== 'commit') throw new GroupError('unreadable', 'no commit');
  return { commit: content.commit, author, aad: content.authenticatedData };
}

function refuseOtherEpochs(state: ClientState, { groupId, epoch }: { groupId: Uint8Array; epoch: bigint }): void {
  if (!equalBytes(groupId, state.groupContext.groupId)) throw new GroupError('unreadable', 'of another room');
  if (epoch > state.groupContext.epoch) throw new GroupError('future_epoch', `of epoch ${epoch}, this is ${state.groupContext.epoch}`);
  if (epoch < state.groupContext.epoch) throw new GroupError('unreadable', 'a commit of an epoch that is over');
}

/** The one PSK there is: the open link's. */
function linkPsks({ context: { link } }: Group): PskIndex {
  if (!link) return emptyPskIndex;
  const { psk, pskId } = deriveLinkPsk(link);
  return { findPsk: (id) => (id.psktype === 'external' && equalBytes(id.pskId, pskId) ? psk : undefined) };
}

/** With the right id and another secret everything fits but the confirmation tag. */
function recodeExternal(message: string): GroupError {
  return message === 'Could not verify confirmation tag'
    ? new GroupError('wrong_link', 'made with another secret')
    : new GroupError('unreadable', message);
}

function replaced(group: Group, state: ClientState) {
  const ratchetTree = removeLeafNode(state.ratchetTree, toLeafIndex(state.privatePath.leafIndex));
  const after: ClientState = { ...state, ratchetTree, groupActiveState: { kind: 'removedFromGroup' } };
  return { group: wrapState(after, group.device), removed: [group.device], selfRemoved: true };
}

function outcome(group: Group, before: ClientState, after: ClientState, { proposals }: Commit) {
  const removed = proposals.flatMap((entry) => {
    if (entry.proposalOrRefType !== 'proposal' || entry.proposal.proposalType !== 'remove') return [];
    const leaf = leafAt(before.ratchetTree, entry.proposal.remove.removed);
    return leaf ? [leaf.signaturePublicKey] : [];
  });
  return { group: wrapState(after, group.device), removed, selfRemoved: isRemoved(after) };
}
