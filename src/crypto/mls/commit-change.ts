import type { ClientState, Proposal } from 'ts-mls';
import { createCommit } from 'ts-mls/createCommit.js';
import { equalBytes, randomBytes } from '../bytes.ts';
import { storeContext } from '../context-change.ts';
import { GroupError, type Group, type GroupChange, type SealedChange } from '../contract.ts';
import { judgeMemberCommit } from '../policy.ts';
import { commitAddition } from './commit-add.ts';
import { buildExtensions } from './extensions.ts';
import { addedPackage, proposalFacts, refuseUnfitKeys, roomFacts } from './facts.ts';
import { openKeyPackage } from './key-package.ts';
import { isRemoved, listLeaves, readContext, stateOf, wrapState } from './state.ts';
import { getSuite } from './suite.ts';
import { encodeWire } from './wire.ts';

/**
 * Commits a change of the group as a private message (RFC 9420 section 12.4.1). The group that was given stays as good as
 * it was: where another's commit comes first, this one's result is dropped and that one is opened.
 *
 * @param options.departed devices in hex that said they leave
 * @throws GroupError `forbidden` where the members would refuse it, before anything is sealed; `unreadable` for a key package that is none
 */
export async function commitChange(
  group: Group,
  change: GroupChange,
  aad: Uint8Array,
  options: { departed?: ReadonlySet<string> } = {},
): Promise<SealedChange> {
  const state = stateOf(group);
  if (isRemoved(state)) throw new GroupError('forbidden', 'this device was removed');
  const proposals = await propose(state, change);
  const entries = proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }) as const);
  const facts = proposalFacts(entries, state.ratchetTree);
  const ownLeaf = { identity: group.device, signatureKey: group.device, capable: true };
  judgeMemberCommit(roomFacts(state), group.device, facts, change.kind === 'context' ? null : ownLeaf, options.departed ?? new Set());
  if (change.kind === 'add') {
    refuseUnfitKeys(state.ratchetTree, null, addedPackage(entries));
    const { state: newState, sealed, welcome } = await commitAddition(state, proposals, aad);
    return { group: wrapState(newState, group.device), sealed, welcome, replaced: proposals.length > 1 };
  }
  const { newState, commit } = await createCommit(
    { state: freshenLast(state, proposals), cipherSuite: await getSuite() },
    { extraProposals: proposals, authenticatedData: aad },
  );
  return { group: wrapState(newState, group.device), sealed: encodeWire(commit), welcome: null, replaced: false };
}

async function propose(state: ClientState, change: GroupChange): Promise<Proposal[]> {
  if (change.kind === 'remove') return proposeRemovals(state, change.devices);
  if (change.kind === 'context') return [proposeContext(state, change)];
  return proposeAddition(state, change.keyPackage);
}

/**
 * Where one member is left, ts-mls' path has no node and its commit secret is zero: the one who is removed could derive all
 * that follows. Nobody else has to come to the next epoch, so that it starts from a secret that nobody else has.
 */
function freshenLast(state: ClientState, proposals: readonly Proposal[]): ClientState {
  const removals = proposals.filter(({ proposalType }) => proposalType === 'remove');
  if (removals.length === 0 || listLeaves(state.ratchetTree).length - removals.length > 1) return state;
  return { ...state, keySchedule: { ...state.keySchedule, initSecret: randomBytes(32) } };
}

function proposeContext(state: ClientState, { context }: Extract<GroupChange, { kind: 'context' }>): Proposal {
  const extensions = buildExtensions(storeContext(readContext(state), context));
  return { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } };
}

function proposeRemovals(state: ClientState, devices: readonly Uint8Array[]): Proposal[] {
  return devices.map((device) => {
    const found = listLeaves(state.ratchetTree).find(({ leaf }) => equalBytes(leaf.signaturePublicKey, device));
    if (!found) throw new GroupError('forbidden', 'a removal of nobody');
    return { proposalType: 'remove', remove: { removed: found.leafIndex } };
  });
}

async function proposeAddition(state: ClientState, body: Uint8Array): Promise<Proposal[]> {
  const keyPackage = await openKeyPackage(body);
  const add: Proposal = { proposalType: 'add', add: { keyPackage } };
  const older = listLeaves(state.ratchetTree).find(({ leaf }) =>
    equalBytes(leaf.signaturePublicKey, keyPackage.leafNode.signaturePublicKey),
  );
  return older ? [{ proposalType: 'remove', remove: { removed: older.leafIndex } }, add] : [add];
}
