/** What stands over the room; one thing at a time. */
export type Overlay =
  | { readonly kind: 'members' | 'invite' | 'rename' | 'leave' | 'help' | 'link' | 'network' | 'files' }
  /** About one file. */
  | { readonly kind: 'viewer' | 'delete-file'; readonly file: string }
  /** About one member, by device: what is known of it may change meanwhile. */
  | { readonly kind: 'remove' | 'compare'; readonly device: string };

export type OnOpen = (overlay: Overlay) => void;
