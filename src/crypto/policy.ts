import { equalBytes, includesBytes, toHex } from './bytes.ts';
import { judgeChange, mayModerate } from './context-change.ts';
import { GroupError } from './contract.ts';
import { LIMITS } from './limits.ts';
import { deriveLinkId } from './link-keys.ts';
import type { StoredContext } from './room-context.ts';

/** How the room stands before a commit, as all members see it. */
export interface RoomFacts {
  readonly context: StoredContext;
  readonly members: readonly Uint8Array[];
}

/** One proposal of a commit, as far as the rules look at it. */
export type ProposalFact =
  /** `device` is null where no leaf stands at that index. */
  | { readonly kind: 'remove'; readonly device: Uint8Array | null }
  | { readonly kind: 'context'; readonly context: StoredContext }
  | { readonly kind: 'add'; readonly leaf: LeafFact }
  | { readonly kind: 'external-init' }
  /** `id` is null for a resumption PSK. */
  | { readonly kind: 'psk'; readonly id: Uint8Array | null }
  /** Whatever no rule allows: update, reinit, custom, and references to proposals that were sent by themselves. */
  | { readonly kind: 'other'; readonly name: string };

/** A leaf that a commit brings: the author's in its path, or that of who is added. */
export interface LeafFact {
  /** The credential's identity; null for a credential of another type. */
  readonly identity: Uint8Array | null;
  readonly signatureKey: Uint8Array;
  /** Can read the room's context, knows our version, suite and credential, and carries no extension; so does its key package, if it has one. */
  readonly capable: boolean;
}

/**
 * The rules of a room. Every member runs them on every commit, its own included, before anything is changed by it: MLS
 * itself lets each member do everything, and a newcomer remove anybody. They are pure, so that all come to one verdict.
 *
 * @throws GroupError `forbidden`
 */
export function judgeMemberCommit(
  room: RoomFacts,
  author: Uint8Array,
  proposals: readonly ProposalFact[],
  path: LeafFact | null,
  departed: ReadonlySet<string>,
): void {
  const changes = proposals.filter((proposal) => proposal.kind === 'context');
  const removals = proposals.filter((proposal) => proposal.kind === 'remove');
  const additions = proposals.filter((proposal) => proposal.kind === 'add');
  const stray = proposals.find(({ kind }) => kind !== 'context' && kind !== 'remove' && kind !== 'add');
  if (stray) throw new GroupError('forbidden', `a member's commit with ${stray.kind === 'other' ? stray.name : stray.kind}`);
  if (!includesBytes(room.members, author)) throw new GroupError('forbidden', 'the author is no member');
  if (path) judgeOwnLeaf(author, path);
  if (additions.length > 1) throw new GroupError('forbidden', 'two additions in one commit');
  if (additions[0] && changes.length > 0) throw new GroupError('forbidden', 'addition and context change in one commit');
  if (additions[0]) return judgeAddition(room, author, additions[0].leaf, removals, path);
  if (changes.length > 0 && removals.length > 0) throw new GroupError('forbidden', 'removal and context change in one commit');
  if (changes.length > 1) throw new GroupError('forbidden', 'two context changes in one commit');
  // ts-mls seals a path of such a commit under the old context; nobody could open it.
  if (changes[0] && path) throw new GroupError('forbidden', 'a context change with a path');
  if (changes[0]) return judgeChange(room.context, author, changes[0].context);
  if (removals.length === 0) throw new GroupError('forbidden', 'a commit that does nothing');
  if (!path) throw new GroupError('forbidden', 'a removal without a path: the removed would read on');
  const devices = removals.map(({ device }) => device);
  // ts-mls compares each proposal with each: a hundred thousand of one removal would take it hours.
  if (new Set(devices.map((device) => device && toHex(device))).size < devices.length) throw new GroupError('forbidden', 'a removal twice');
  for (const device of devices) judgeRemoval(room.context, author, device, departed);
}

/**
 * A newcomer's commit: it brings the PSK of the open link, adds exactly its own leaf, and takes out nobody but its own
 * older one.
 *
 * @throws GroupError `forbidden`; `wrong_link` when the PSK is of another link
 */
export function judgeExternalCommit(room: RoomFacts, proposals: readonly ProposalFact[], path: LeafFact | null): void {
  const { link } = room.context;
  if (!link) throw new GroupError('forbidden', 'the link is closed');
  const stray = proposals.find(({ kind }) => kind === 'other' || kind === 'context' || kind === 'add');
  if (stray) throw new GroupError('forbidden', `an external commit with ${stray.kind === 'other' ? stray.name : stray.kind}`);
  if (proposals.filter(({ kind }) => kind === 'external-init').length !== 1)
    throw new GroupError('forbidden', 'an external commit has one external_init');
  const psks = proposals.filter((proposal) => proposal.kind === 'psk');
  if (psks.length !== 1 || !psks[0]) throw new GroupError('forbidden', 'an external commit has one PSK');
  if (!psks[0].id || !equalBytes(psks[0].id, deriveLinkId(link)))
    throw new GroupError('wrong_link', 'the PSK is not that of the open link');
  if (!path) throw new GroupError('forbidden', 'an external commit without a path');
  judgeLeaf(path);
  const removals = proposals.filter((proposal) => proposal.kind === 'remove');
  if (removals.length > 1) throw new GroupError('forbidden', 'an external commit with two removals');
  const isMember = includesBytes(room.members, path.signatureKey);
  if (removals[0] && !(removals[0].device && equalBytes(removals[0].device, path.signatureKey))) {
    throw new GroupError('forbidden', 'a newcomer removes another');
  }
  if (isMember && removals.length === 0) throw new GroupError('forbidden', 'a key that is in the tree already');
  if (!isMember && room.members.length >= LIMITS.members) throw new GroupError('forbidden', 'the room is full');
}

/**
 * Somebody is taken in, by any member; in a room of two by the founder, as long as it is alone there. An older leaf of the device that is taken in
 * goes in the same commit, and nobody else.
 */
function judgeAddition(
  { context, members }: RoomFacts,
  author: Uint8Array,
  leaf: LeafFact,
  removals: ReadonlyArray<{ readonly device: Uint8Array | null }>,
  path: LeafFact | null,
): void {
  if (!path) throw new GroupError('forbidden', 'an addition without a path');
  judgeLeaf(leaf);
  const device = leaf.signatureKey;
  if (equalBytes(device, author)) throw new GroupError('forbidden', 'a member adds itself');
  if (removals.length > 1 || (removals[0] && !(removals[0].device && equalBytes(removals[0].device, device))))
    throw new GroupError('forbidden', 'an addition that removes another');
  if (context.access === 'direct' && !(members.length === 1 && equalBytes(author, context.founder)))
    throw new GroupError('forbidden', 'nobody else comes into a room of two');
  const isMember = includesBytes(members, device);
  if (isMember && removals.length === 0) throw new GroupError('forbidden', 'a key that is in the tree already');
  // With an older key package of a member, whose private half is gone, it would be put out.
  if (isMember && !mayModerate(context, author)) throw new GroupError('forbidden', 'only the founder and removers put a member in anew');
  if (isMember && equalBytes(device, context.founder)) throw new GroupError('forbidden', 'the founder comes back by the link');
  if (!isMember && members.length >= LIMITS.members) throw new GroupError('forbidden', 'the room is full');
}

/**
 * What one who is taken in can see of whether that was allowed: the others have judged the commit.
 *
 * @param inviter who signed the Welcome, and stands in the tree
 * @throws GroupError `forbidden`
 */
export function judgeWelcome({ context, members }: RoomFacts, inviter: Uint8Array, device: Uint8Array): void {
  if (!includesBytes(members, device)) throw new GroupError('forbidden', 'a tree without the own leaf');
  if (equalBytes(inviter, device)) throw new GroupError('forbidden', 'a member adds itself');
  if (context.access === 'direct' && !(members.length === 2 && equalBytes(inviter, context.founder)))
    throw new GroupError('forbidden', 'nobody else comes into a room of two');
}

/** @throws GroupError `forbidden` */
export function judgeLeaf({ identity, signatureKey, capable }: LeafFact): void {
  if (!identity || !equalBytes(identity, signatureKey)) throw new GroupError('forbidden', 'a credential that is not the signature key');
  if (!capable) throw new GroupError('forbidden', 'a leaf that cannot take part');
}

/** Without this a member could become another device in the path of its commit: ts-mls takes any leaf that is signed by itself. */
function judgeOwnLeaf(author: Uint8Array, path: LeafFact): void {
  judgeLeaf(path);
  if (!equalBytes(path.signatureKey, author)) throw new GroupError('forbidden', 'a member changes its key');
}

function judgeRemoval(context: StoredContext, author: Uint8Array, device: Uint8Array | null, departed: ReadonlySet<string>): void {
  if (!device) throw new GroupError('forbidden', 'a removal of nobody');
  if (equalBytes(device, author)) throw new GroupError('forbidden', 'a member removes itself');
  if (departed.has(toHex(device))) return;
  if (context.access === 'direct') throw new GroupError('forbidden', 'nobody is removed from a room of two');
  if (!mayModerate(context, author)) throw new GroupError('forbidden', 'only the founder and removers remove');
  if (equalBytes(device, context.founder)) throw new GroupError('forbidden', 'the founder is not removed');
  // An open link would let the removed straight in again.
  if (context.link) throw new GroupError('forbidden', 'a removal while the link is open');
}
