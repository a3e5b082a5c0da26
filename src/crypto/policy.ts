import { equalBytes, includesBytes, toHex } from './bytes.ts';
import { GroupError, type RoomContext } from './contract.ts';
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
  | { readonly kind: 'external-init' }
  /** `id` is null for a resumption PSK. */
  | { readonly kind: 'psk'; readonly id: Uint8Array | null }
  /** Whatever no rule allows: add, update, reinit, custom, and references to proposals that were sent by themselves. */
  | { readonly kind: 'other'; readonly name: string };

/** The author's leaf in the commit's path. */
export interface LeafFact {
  /** The credential's identity; null for a credential of another type. */
  readonly identity: Uint8Array | null;
  readonly signatureKey: Uint8Array;
  /** Can read the room's context, knows our version, suite and credential, and carries no extension. */
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
  const stray = proposals.find(({ kind }) => kind !== 'context' && kind !== 'remove');
  if (stray) throw new GroupError('forbidden', `a member's commit with ${stray.kind === 'other' ? stray.name : stray.kind}`);
  if (!includesBytes(room.members, author)) throw new GroupError('forbidden', 'the author is no member');
  if (path) judgeOwnLeaf(author, path);
  if (changes.length > 0 && removals.length > 0) throw new GroupError('forbidden', 'removal and context change in one commit');
  if (changes.length > 1) throw new GroupError('forbidden', 'two context changes in one commit');
  if (changes[0]) return judgeChange(room.context, author, changes[0].context, path);
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
  const stray = proposals.find(({ kind }) => kind === 'other' || kind === 'context');
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

/** The context to commit for a wish: what the wish says, and the link before, so that it cannot come back. */
export function storeContext(before: StoredContext, wish: RoomContext): StoredContext {
  const kept = before.link && wish.link && equalBytes(before.link, wish.link);
  const { link, founder, removers, title } = wish;
  return { link, founder, removers, title, formerLink: before.link && !kept ? deriveLinkId(before.link) : before.formerLink };
}

function judgeLeaf({ identity, signatureKey, capable }: LeafFact): void {
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
  if (!mayModerate(context, author)) throw new GroupError('forbidden', 'only the founder and removers remove');
  if (equalBytes(device, context.founder)) throw new GroupError('forbidden', 'the founder is not removed');
  // An open link would let the removed straight in again.
  if (context.link) throw new GroupError('forbidden', 'a removal while the link is open');
}

function judgeChange(before: StoredContext, author: Uint8Array, after: StoredContext, path: LeafFact | null): void {
  // ts-mls seals a path of such a commit under the old context; nobody could open it.
  if (path) throw new GroupError('forbidden', 'a context change with a path');
  const founds = equalBytes(author, before.founder);
  if (!equalBytes(before.founder, after.founder)) throw new GroupError('forbidden', 'the founder never changes');
  const sameRemovers = sameList(before.removers, after.removers);
  const sameTitle = before.title === after.title;
  if (!sameRemovers && !founds) throw new GroupError('forbidden', 'only the founder gives roles');
  if (!sameTitle && !mayModerate(before, author)) throw new GroupError('forbidden', 'only the founder and removers name the room');
  const linkMoved = judgeLink(before, author, after);
  if (sameRemovers && sameTitle && !linkMoved) throw new GroupError('forbidden', 'a change of nothing');
}

/** @returns whether the link is another afterwards */
function judgeLink(before: StoredContext, author: Uint8Array, after: StoredContext): boolean {
  const moved = !sameOrNull(before.link, after.link);
  if (!sameOrNull(after.formerLink, storeContext(before, after).formerLink))
    throw new GroupError('forbidden', 'the former link is misstated');
  if (!moved) return false;
  if (before.link && !mayModerate(before, author))
    throw new GroupError('forbidden', 'only the founder and removers close or change the link');
  // Whoever was removed knows the link before.
  if (after.link && after.formerLink && equalBytes(deriveLinkId(after.link), after.formerLink))
    throw new GroupError('forbidden', 'an old link comes back');
  return true;
}

const mayModerate = ({ founder, removers }: StoredContext, device: Uint8Array) =>
  equalBytes(device, founder) || includesBytes(removers, device);

const sameOrNull = (a: Uint8Array | null, b: Uint8Array | null) => (a === null || b === null ? a === b : equalBytes(a, b));

const sameList = (a: readonly Uint8Array[], b: readonly Uint8Array[]) =>
  a.length === b.length && a.every((item, i) => equalBytes(item, b[i] as Uint8Array));
