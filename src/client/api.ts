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
  /** How it came in, as this device saw it; null where that was before its time. */
  readonly door: Door | null;
  /** How its person was compared with the device, and null where nobody has yet. Holds in all rooms of this device. */
  readonly verified: Comparison | null;
}

/** `open`: by the address alone, into a room that is open to the network. `direct`: taken into a room of two. */
export type Door = 'founder' | 'link' | 'knock' | 'open' | 'direct';

/** How a room lets people in, chosen when it is made. `invited`: by link, or by knocking and being admitted; `direct`: two people, nobody else ever. */
export type Access = 'invited' | 'open' | 'direct';

export type Comparison = 'words' | 'qr';

/** Somebody who waits to be admitted. Name and words come from its own sealed knock. */
export interface Knock {
  readonly device: string;
  readonly name: string;
  /** Five words of the device: the newcomer sees the same ones. */
  readonly words: readonly string[];
  readonly at: number;
}

/** One line of a room's history, in `seq` order. */
export type TimelineItem = {
  readonly seq: number;
  readonly at: number;
  readonly device: string;
  readonly from: string;
  readonly own: boolean;
} & (
  | { readonly kind: 'text'; readonly id: string; readonly text: string; readonly style: 'plain' | 'action' }
  /** `by` admitted it; empty where it came in by itself. */
  | { readonly kind: 'joined'; readonly door: Door; readonly by: string; readonly byDevice: string }
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
  readonly access: Access;
  /** The other device of a direct room, also once it left; null in other rooms, and while nobody is known. */
  readonly peer: string | null;
  /** `knocking` while a member has to let this device in; `joining` until the own commit is in the log; `left` and `removed` stay readable. */
  readonly phase: 'knocking' | 'joining' | 'ready' | OverPhase;
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
  /** Texts of others after it. */
  readonly unread: number;
  /** Who waits to be let in, the first to come first. */
  readonly knocks: readonly Knock[];
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
  /** `detail` goes into the sentence for `code`: with `wrong_key` the words that were expected and those that were found. */
  | {
      readonly state: 'offline';
      readonly code: string;
      readonly detail?: Readonly<Record<string, string | number>>;
      readonly retryAt: number;
    };

export type ClientEvent =
  | { readonly event: 'state'; readonly connection: ConnectionState }
  | { readonly event: 'ready'; readonly room: string }
  /** Something in the room's view changed: read it again with `view`. */
  | { readonly event: 'changed'; readonly room: string }
  | { readonly event: 'queued'; readonly room: string; readonly id: string; readonly text: string }
  | { readonly event: 'sent'; readonly room: string; readonly id: string; readonly seq: number }
  | { readonly event: 'item'; readonly room: string; readonly item: TimelineItem }
  | { readonly event: 'words'; readonly room: string; readonly words: readonly string[] }
  /** A room is there by another's doing: somebody began a direct room with this device, or opened the door after all. `ready` follows. */
  | { readonly event: 'opened'; readonly room: string }
  /** This device waits at the door; whoever lets it in sees the same words. Told again when the relay was gone meanwhile. */
  | { readonly event: 'waiting'; readonly room: string; readonly words: readonly string[] }
  | { readonly event: 'knock'; readonly room: string; readonly knock: Knock }
  /** It was admitted, denied, or went away. */
  | { readonly event: 'knock-gone'; readonly room: string; readonly device: string }
  | { readonly event: 'ended'; readonly room: string; readonly why: OverPhase; readonly by: string }
  /** `build` of the page that the relay serves, on each connection. */
  | { readonly event: 'build'; readonly build: string }
  | { readonly event: 'error'; readonly room?: string; readonly id?: string; readonly error: CodedError };

export interface FrontRoom {
  readonly room: string;
  readonly access: 'invited' | 'open';
  /** False while the door is closed: a link was changed this moment. */
  readonly canKnock: boolean;
}

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
  /** What an address alone leads to: the relay's front room. Waits for the relay. Rejects with `not_founded` while there is no room. */
  front(): Promise<FrontRoom>;
  /** Founds the relay's first room with the token of its founder link. Resolves with the room id once it is in it. */
  found(token: Uint8Array, options: { name: string; title?: string; access?: 'invited' | 'open' }): Promise<string>;
  /**
   * Comes in by the address alone: at once where the front room is open, else it knocks and waits to be admitted, for as many
   * connections as it takes. Rejects with `knock_refused`, `not_founded`, `knock_closed`; after `withdraw` with `withdrawn`.
   */
  knock(options: { name: string }): Promise<string>;
  /** Waits no longer at the door of this room. */
  withdraw(room: string): Promise<void>;
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
  /** Lets somebody in who knocks; resolves once it is inside. Rejects with `no_such_knock`. */
  admit(room: string, device: string): Promise<void>;
  deny(room: string, device: string): Promise<void>;
  /** The room of two with a member of `room`: the one there is, or a new one. Works while the other is away. */
  direct(room: string, device: string): Promise<string>;
  /** Five words of a device, by which people compare it. */
  words(device: string): readonly string[];
  /** Remembers, in all rooms, how a device was compared with its person; null takes it back. */
  verify(device: string, how: Comparison | null): Promise<void>;
  /** What this device shows as a QR for comparing in this room. */
  comparisonCode(room: string): string;
  /**
   * Compares with what another's screen shows, and remembers it. Rejects with `code_unreadable`, `code_other_room`, `code_stranger` (not in
   * the room here), `code_differs` (the two screens see different rooms: do not go on).
   */
  compare(room: string, code: string): Promise<Member>;
  leave(room: string): Promise<void>;
  /** Resolves when the outbox is empty, `ms` are over or `signal` aborts; the number of lines that stay. */
  flush(ms: number, signal?: AbortSignal): Promise<number>;
  /** Resolves when everything asked for and received so far is done and stored: for tests and orderly ends. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
