import { equalBytes, includesBytes } from './bytes.ts';
import { GroupError, type RoomContext } from './contract.ts';
import { deriveLinkId } from './link-keys.ts';
import type { StoredContext } from './room-context.ts';

/** The context to commit for a wish: what the wish says, and the link before, so that it cannot come back. */
export function storeContext(before: StoredContext, wish: RoomContext): StoredContext {
  const kept = before.link && wish.link && equalBytes(before.link, wish.link);
  const { link, founder, removers, title, access } = wish;
  const formerLink = before.link && !kept ? deriveLinkId(before.link) : before.formerLink;
  return { link, founder, removers, title, access, formerLink };
}

/** May remove, and change what all see of the room. */
export const mayModerate = ({ founder, removers }: StoredContext, device: Uint8Array) =>
  equalBytes(device, founder) || includesBytes(removers, device);

/** @throws GroupError `forbidden` */
export function judgeChange(before: StoredContext, author: Uint8Array, after: StoredContext): void {
  if (before.access === 'direct') throw new GroupError('forbidden', 'a room of two never changes');
  if (before.access !== after.access) throw new GroupError('forbidden', 'how a room lets people in never changes');
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

const sameOrNull = (a: Uint8Array | null, b: Uint8Array | null) => (a === null || b === null ? a === b : equalBytes(a, b));

const sameList = (a: readonly Uint8Array[], b: readonly Uint8Array[]) =>
  a.length === b.length && a.every((item, i) => equalBytes(item, b[i] as Uint8Array));
