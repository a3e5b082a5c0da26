import type { ClientState, RatchetTree } from 'ts-mls';
import type { LeafNode } from 'ts-mls/leafNode.js';
import { equalBytes } from '../bytes.ts';
import type { Group } from '../contract.ts';
import type { StoredContext } from '../room-context.ts';
import { readExtensions } from './extensions.ts';

/** Keys stay out of the value that travels through the engine: it may be logged or compared, they may not. */
const states = new WeakMap<Group, ClientState>();

export function stateOf(group: Group): ClientState {
  const state = states.get(group);
  if (!state) throw new TypeError('not a group of this module: groups are passed on whole, never copied');
  return state;
}

export function wrapState(state: ClientState, device: Uint8Array): Group {
  const { link, founder, removers, title, access } = readContext(state);
  return remember(state, {
    room: state.groupContext.groupId,
    epoch: Number(state.groupContext.epoch),
    device,
    members: listLeaves(state.ratchetTree).map(({ leaf }) => leaf.signaturePublicKey),
    context: Object.freeze({ link, founder, removers, title, access }),
    authenticator: state.keySchedule.epochAuthenticator,
  });
}

/** After a message: the same epoch with other ratchets. */
export function rewrapState(state: ClientState, before: Group): Group {
  return remember(state, { ...before });
}

function remember(state: ClientState, group: Group): Group {
  states.set(Object.freeze(group), state);
  return group;
}

export function readContext(state: Pick<ClientState, 'groupContext'>): StoredContext {
  return readExtensions(state.groupContext.extensions);
}

/** Leaves stand at even places of the tree (RFC 9420 appendix C). */
export function leafAt(tree: RatchetTree, leafIndex: number): LeafNode | undefined {
  const node = tree[leafIndex * 2];
  return node?.nodeType === 'leaf' ? node.leaf : undefined;
}

export function listLeaves(tree: RatchetTree): { readonly leafIndex: number; readonly leaf: LeafNode }[] {
  return tree.flatMap((node, nodeIndex) => (node?.nodeType === 'leaf' ? [{ leafIndex: nodeIndex / 2, leaf: node.leaf }] : []));
}

/** The HPKE key of a member's leaf (RFC 9420 section 7.2): new each time a device comes in. */
export function leafKey(group: Group, device: Uint8Array): Uint8Array | undefined {
  return listLeaves(stateOf(group).ratchetTree).find(({ leaf }) => equalBytes(leaf.signaturePublicKey, device))?.leaf.hpkePublicKey;
}

/** Where a member stands in the tree (RFC 9420 section 4.1.1): how SFrame names it. Another one each time a device comes in; undefined for one that is no member. */
export function leafIndex(group: Group, device: Uint8Array): number | undefined {
  return listLeaves(stateOf(group).ratchetTree).find(({ leaf }) => equalBytes(leaf.signaturePublicKey, device))?.leafIndex;
}

export function isRemoved(state: ClientState): boolean {
  return state.groupActiveState.kind !== 'active';
}
