import { type Invite, parseInvite } from '../../client/index.ts';

/** What the address bar said when the page was opened. */
export type Address =
  | { readonly kind: 'invite'; readonly invite: Invite }
  /** A path or fragment that looks like a link and is none: cut off in copying, most likely. */
  | { readonly kind: 'broken' }
  /** `room`: the path still names the room of a link whose fragment was taken out. */
  | { readonly kind: 'plain'; readonly room?: string };

/**
 * Reads the address and takes the fragment out of it and of the history at once: it is the secret that opens the room, and must
 * not be in a shared screen, a bookmark or a synchronised history.
 */
export function takeAddress(location: Pick<Location, 'href' | 'pathname' | 'hash'>, history: Pick<History, 'replaceState'>): Address {
  const { href, pathname, hash } = location;
  if (hash !== '' || href.endsWith('#')) history.replaceState(null, '', pathname);
  if (hash === '') {
    const room = /^\/j\/([0-9a-f]{32})$/.exec(pathname)?.[1];
    return room === undefined ? { kind: 'plain' } : { kind: 'plain', room };
  }
  try {
    return { kind: 'invite', invite: parseInvite(href) };
  } catch {
    return { kind: 'broken' };
  }
}
