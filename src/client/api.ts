/**
 * What the engine shows to its users: the page, the terminal, bots and tests. Ids are lower-case hex strings here, so
 * that they can be keys, be compared and be printed.
 */
import type { CodedError } from '../protocol/index.ts';

export interface Member {
  readonly device: string;
  /** Empty until the member's signed name is known. */
  readonly name: string;
  readonly own: boolean;
  /** Connected now, as the relay says. */
  readonly here: boolean;
  readonly role: 'founder' | 'remover' | 'member';
}

export type Door = 'founder' | 'link';

/** One line of a room's history, in `seq` order. */
export type TimelineItem = {
  readonly seq: number;
  readonly at: number;
  readonly device: string;
  readonly from: string;
  readonly own: boolean;
} & (
  | { readonly kind: 'text'; readonly id: string; readonly text: string; readonly style: 'plain' | 'action' }
  | { readonly kind: 'joined'; readonly door: Door }
  | { readonly kind: 'left' }
  /** `device` was removed; `by` did it. */
  | { readonly kind: 'removed'; readonly by: string; readonly byDevice: string }
  | { readonly kind: 'renamed'; readonly before: string }
  | { readonly kind: 'link-changed' }
  /** An entry that could not be opened, is of a later version, or broke a rule: `code` says which. */
  | { readonly kind: 'unreadable'; readonly code: string }
  /** Numbers `seq` … `to` were never received. */
  | { readonly kind: 'missing'; readonly to: number }
);

/** A line written here that is not in the log yet. */
export interface PendingItem {
  readonly id: string;
  readonly text: string;
  readonly style: 'plain' | 'action';
  readonly at: number;
}

/** How a room is over for this device. `outdated`: its state is older than what it said, and may not be used to say more. */
export type OverPhase = 'left' | 'removed' | 'outdated';

export interface RoomView {
  readonly room: string;
  readonly title: string;
  /** `joining` until the own commit is in the log; `left` and `removed` stay readable. */
  readonly phase: 'joining' | 'ready' | OverPhase;
  readonly name: string;
  readonly device: string;
  readonly epoch: number;
  /** Five BIP-39 indexes of this epoch's authenticator: the same on every honest screen. */
  readonly words: readonly string[];
  readonly members: readonly Member[];
  /** The newest number processed. */
  readonly seq: number;
  /** Newest item that the person has seen (`markRead`), for the unread mark. */
  readonly readUpTo: number;
  readonly pending: readonly PendingItem[];
  /** This device is changing the group (removing, a new link) and is not done yet. */
  readonly changing: boolean;
  readonly canInvite: boolean;
  readonly canRemove: boolean;
  /** Nobody has confirmed this device's own joining yet (no entry of another member since). */
  readonly confirmed: boolean;
}

export type ConnectionState =
  | { readonly state: 'connecting' | 'connected' }
  | { readonly state: 'offline'; readonly code: string; readonly retryAt: number };

export type ClientEvent =
  | { readonly event: 'state'; readonly connection: ConnectionState }
  | { readonly event: 'ready'; readonly room: string }
  /** Something in the room's view changed: read it again with `view`. */
  | { readonly event: 'changed'; readonly room: string }
  | { readonly event: 'queued'; readonly room: string; readonly id: string; readonly text: string }
  | { readonly event: 'sent'; readonly room: string; readonly id: string; readonly seq: number }
  | { readonly event: 'item'; readonly room: string; readonly item: TimelineItem }
  | { readonly event: 'words'; readonly room: string; readonly words: readonly string[] }
  | { readonly event: 'ended'; readonly room: string; readonly why: OverPhase; readonly by: string }
  /** `build` of the page that the relay serves, on each connection. */
  | { readonly event: 'build'; readonly build: string }
  | { readonly event: 'error'; readonly room?: string; readonly id?: string; readonly error: CodedError };

/** Where the relay says that others reach it, and its key: what an invitation needs beside the secret. */
export interface RelayPlace {
  /** SHA-256 of its SubjectPublicKeyInfo, as this connection proved it. */
  readonly key: Uint8Array;
  readonly address: string;
  readonly webPort: number;
  readonly chatPort: number;
}

/** Everything a person can do. Methods reject with a CodedError whose code has a sentence in the locales. */
export interface Client {
  readonly device: string;
  /** Room ids, the last used first. */
  rooms(): readonly string[];
  view(room: string): RoomView;
  connection(): ConnectionState;
  /** Null until the first connection of this run. */
  relay(): RelayPlace | null;
  on(listener: (event: ClientEvent) => void): () => void;
  /** Founds the relay's first room with the token of its founder link. Resolves with the room id once it is in it. */
  found(token: Uint8Array, options: { name: string; title?: string }): Promise<string>;
  /** Comes in by a room link; entering a room one is in already does nothing. */
  join(invite: { room: string; secret: Uint8Array }, options: { name: string }): Promise<string>;
  /** Puts text into the outbox; resolves with its id when that is on disk. */
  send(room: string, text: string, style?: 'plain' | 'action'): Promise<string>;
  /** History from the local store, newest last: up to `limit` items before `before` (exclusive). */
  history(room: string, options: { before?: number; limit: number }): Promise<readonly TimelineItem[]>;
  markRead(room: string, seq: number): Promise<void>;
  rename(room: string, name: string): Promise<void>;
  /** The room's link secret; a new one when the link is closed. */
  invite(room: string): Promise<{ room: string; secret: Uint8Array }>;
  remove(room: string, device: string): Promise<void>;
  leave(room: string): Promise<void>;
  /** Resolves when the outbox is empty, `ms` are over or `signal` aborts; the number of lines that stay. */
  flush(ms: number, signal?: AbortSignal): Promise<number>;
  /** Resolves when everything asked for and received so far is done and stored: for tests and orderly ends. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
