import type { ClientState, Extension, KeyPackage, RatchetTree } from 'ts-mls';
import type { Commit } from 'ts-mls/commit.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import type { ProposalOrRef } from 'ts-mls/proposalOrRefType.js';
import type { UpdatePath } from 'ts-mls/updatePath.js';
import { toHex } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import type { LeafFact, ProposalFact, RoomFacts } from '../policy.ts';
import type { StoredContext } from '../room-context.ts';
import { readExtensions } from './extensions.ts';
import { leafAt, listLeaves, readContext } from './state.ts';
import { CAPABILITIES, SUITE_NAME } from './suite.ts';
import { isSoundHpkeKey } from './x25519-kem.ts';

/** What the rules look at, taken from ts-mls' structures; nothing is decided here. */
export function roomFacts(state: Pick<ClientState, 'groupContext' | 'ratchetTree'>): RoomFacts {
  return { context: readContext(state), members: listLeaves(state.ratchetTree).map(({ leaf }) => leaf.signaturePublicKey) };
}

export function proposalFacts(proposals: readonly ProposalOrRef[], tree: RatchetTree): ProposalFact[] {
  return proposals.map((proposal) => proposalFact(proposal, tree));
}

export function pathFact({ path }: Commit): LeafFact | null {
  return path ? leafFact(path.leafNode) : null;
}

function proposalFact(entry: ProposalOrRef, tree: RatchetTree): ProposalFact {
  if (entry.proposalOrRefType === 'reference') return { kind: 'other', name: 'a reference' };
  const { proposal } = entry;
  const { proposalType } = proposal;
  if (proposalType === 'remove') return { kind: 'remove', device: leafAt(tree, proposal.remove.removed)?.signaturePublicKey ?? null };
  if (proposalType === 'group_context_extensions')
    return { kind: 'context', context: readProposedContext(proposal.groupContextExtensions.extensions) };
  if (proposalType === 'add') return { kind: 'add', leaf: packageFact(proposal.add.keyPackage) };
  if (proposalType === 'external_init') return { kind: 'external-init' };
  if (proposalType !== 'psk')
    return { kind: 'other', name: typeof proposalType === 'number' ? `proposal type ${proposalType}` : proposalType };
  const id = proposal.psk.preSharedKeyId;
  return { kind: 'psk', id: id.psktype === 'external' ? id.pskId : null };
}

/** A member sealed it, so that what is wrong with it breaks the rules; one of a newer version waits for a newer program. */
function readProposedContext(extensions: readonly Extension[]): StoredContext {
  try {
    return readExtensions(extensions);
  } catch (error) {
    throw error instanceof GroupError ? new GroupError('forbidden', error.reason) : error;
  }
}

export function packageFact({ version, cipherSuite, extensions, leafNode }: KeyPackage): LeafFact {
  const fact = leafFact(leafNode);
  return { ...fact, capable: fact.capable && version === 'mls10' && cipherSuite === SUITE_NAME && extensions.length === 0 };
}

export function leafFact({ credential, signaturePublicKey, capabilities, extensions }: LeafNode): LeafFact {
  const includesAll = <T>(has: readonly T[], needed: readonly T[]) => needed.every((item) => has.includes(item));
  return {
    identity: credential.credentialType === 'basic' && 'identity' in credential ? credential.identity : null,
    signatureKey: signaturePublicKey,
    // A leaf that does not list `basic` would make ts-mls refuse every newcomer after it.
    capable:
      extensions.length === 0 &&
      Object.values(capabilities).flat().length <= LIMITS.capabilities &&
      includesAll(capabilities.versions, CAPABILITIES.versions) &&
      includesAll(capabilities.ciphersuites, CAPABILITIES.ciphersuites) &&
      includesAll(capabilities.extensions, CAPABILITIES.extensions) &&
      includesAll(capabilities.credentials, CAPABILITIES.credentials),
  };
}

/**
 * RFC 9420 sections 7.3 and 12.4.2: no HPKE key that a commit brings may stand in the tree, or twice in the commit. ts-mls collects the
 * tree's keys and forgets to compare the new leaf's; a repeated key would lock out every later newcomer, and one to which nothing can be
 * sealed would stop every later path.
 *
 * @param added who is taken in by it
 */
export function refuseUnfitKeys(tree: RatchetTree, path: UpdatePath | null, added: KeyPackage | null): void {
  const seen = new Set<string>();
  for (const node of tree) {
    if (node) seen.add(toHex(node.nodeType === 'leaf' ? node.leaf.hpkePublicKey : node.parent.hpkePublicKey));
  }
  const fresh = [
    ...(added ? [added.initKey, added.leafNode.hpkePublicKey] : []),
    ...(path ? [path.leafNode.hpkePublicKey, ...path.nodes.map(({ hpkePublicKey }) => hpkePublicKey)] : []),
  ];
  for (const key of fresh) {
    const name = toHex(key);
    if (seen.has(name)) throw new GroupError('forbidden', 'an encryption key that is in use already');
    if (!isSoundHpkeKey(key)) throw new GroupError('forbidden', 'an encryption key that nothing can be sealed to');
    seen.add(name);
  }
}

/** The key package of a commit that adds somebody. */
export function addedPackage(proposals: readonly ProposalOrRef[]): KeyPackage | null {
  for (const entry of proposals) {
    if (entry.proposalOrRefType === 'proposal' && entry.proposal.proposalType === 'add') return entry.proposal.add.keyPackage;
  }
  return null;
}
