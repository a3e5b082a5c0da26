import type { RelayLink } from './link.ts';

/** What the relay tells its host. Devices and rooms in hex; never a name, a key or a body. */
export type RelayEvent =
  | { readonly event: 'founded'; readonly room: string }
  | { readonly event: 'created'; readonly room: string }
  /** The device is in the room no more: it was taken out, or left. */
  | { readonly event: 'removed'; readonly room: string; readonly device: string }
  | { readonly event: 'knock'; readonly room: string; readonly device: string }
  /** Somebody came to the room's call or went; 0: it is over. */
  | { readonly event: 'call'; readonly room: string; readonly members: number }
  | { readonly event: 'connected'; readonly device: string; readonly address: string; readonly kind: RelayLink['kind'] }
  /** `code`: why the relay ended it; `gone` where the peer did. */
  | { readonly event: 'disconnected'; readonly device: string | null; readonly address: string; readonly code: string }
  | {
      readonly event: 'stored';
      readonly room: string;
      readonly seq: number;
      readonly kind: 'message' | 'commit' | 'leave';
      readonly device: string;
      readonly bytes: number;
    }
  | { readonly event: 'storage_failed'; readonly error: unknown }
  /** A defect of the relay: one session ended by it, the others go on. */
  | { readonly event: 'fault'; readonly error: unknown };
