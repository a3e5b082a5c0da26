/**
 * What the engine shows to its users: the page, the terminal, bots and tests. Ids are lower-case hex strings here, so
 * that they can be keys, be compared and be printed.
 */
import type { CallSource, CodedError } from '../protocol/index.ts';
import type { MediaCount } from './calls/ports.ts';
import type { FileSink, FileSource } from './files/ports.ts';

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

/** A file or folder in a room. Names and types are its author's words: data, never a path or a promise. */
export interface SharedFile {
  /** The blob at the relay, 32 hex digits: what people and programs call the file by. */
  readonly id: string;
  readonly name: string;
  /** Media type as the author's system named it; empty where it did not. */
  readonly type: string;
  /** Bytes of plaintext; of a folder with its index. */
  readonly size: number;
  /** How many files a folder has; null for a file. */
  readonly files: number | null;
  readonly preview: FilePreview | null;
  /** FLOE key (32 bytes) and hash over the segment tags (32 bytes), in hex: with them anybody can open the blob (`corrillo decrypt`). */
  readonly key: string;
  readonly hash: string;
}

export interface FilePreview {
  readonly width: number | null;
  readonly height: number | null;
  readonly duration: number | null;
  readonly picture: { readonly type: 'image/webp' | 'image/jpeg' | 'image/png'; readonly data: Uint8Array } | null;
}

/** A file of a folder. */
export interface FolderEntry {
  /** From the folder's own, made harmless, `/` between its parts; with one at the end: an empty folder. */
  readonly path: string;
  readonly size: number;
  /** ms since 1970. */
  readonly modified: number;
  /** Where its bytes begin in the folder's plaintext. */
  readonly offset: number;
}

/** Something on its way up or down. */
export interface Transfer {
  /** Of this transfer: a file may be fetched twice. */
  readonly id: string;
  readonly room: string;
  readonly direction: 'up' | 'down';
  readonly name: string;
  /** It is a folder with all that is in it. */
  readonly folder: boolean;
  /** The blob; null for an upload that the relay has not taken yet. */
  readonly file: string | null;
  /**
   * `waiting`: its turn, or the relay; `absent`: for its source or target, which this program cannot open again by itself (`reopen`); `finishing`: all bytes are
   * there, and the message or the final name is under way. `done`, `failed` and `cancelled` are told by an event and forgotten: once, at the next start
   * where the program was killed before, and twice only where it was killed in between.
   */
  readonly state: 'waiting' | 'running' | 'paused' | 'absent' | 'finishing' | 'done' | 'failed' | 'cancelled';
  /** Bytes of plaintext that are safe on the other side; `total` null while nobody knows (a pipe). */
  readonly done: number;
  readonly total: number | null;
  /** Where `done` stood when this run of it began: rates count from there. */
  readonly began: number;
  /** `waiting` for the relay, `failed`: why. */
  readonly error: CodedError | null;
  /** By what the platform opens its source or target again; null where it cannot. Who asks for the same again finds by it what is under way. */
  readonly place: string | null;
  /** A download that is `done`: where it is, as its target calls it. */
  readonly path: string | null;
}

/** Files of all rooms. Methods reject with a CodedError; what happens later is told by `transfer` events. */
export interface Files {
  /** Files of a room, the newest first; those that were taken back are not there. */
  list(room: string): Promise<readonly (TimelineItem & { kind: 'file' })[]>;
  /** By the whole id or a beginning of at least four digits. Rejects with `no_such_file`, `file_ambiguous`. */
  find(room: string, id: string): Promise<TimelineItem & { kind: 'file' }>;
  /**
   * Sends a file: sealed blob first, then its message. Survives restarts where the source can be opened again. Resolves with the transfer's id once
   * it is stored. Rejects with `file_name_bad`, `peer_left`, `left` …; later failures: `source_changed`, `source_gone`, `room_storage_full` …
   */
  upload(room: string, source: FileSource, details?: { readonly preview?: FilePreview | null }): Promise<string>;
  /** Fetches a file into `sink`; resolves with the transfer's id. Later failures: `file_gone`, `file_damaged`, `target_full` … */
  download(room: string, file: string, sink: FileSink): Promise<string>;
  transfers(): readonly Transfer[];
  pause(transfer: string): Promise<void>;
  resume(transfer: string): Promise<void>;
  /** Leaves nothing behind, here or at the relay. */
  cancel(transfer: string): Promise<void>;
  /** Gives an `absent` transfer its source or target again. Rejects with `source_changed` where it is another one. */
  reopen(transfer: string, at: FileSource | FileSink): Promise<void>;
  /** Opens a range of plaintext, segment by segment; each is authentic by itself. Rejects with `file_gone`, `file_damaged`, `offline`. */
  read(
    room: string,
    file: string,
    range: { readonly offset: number; readonly length: number },
    signal?: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /** What a folder holds. */
  index(room: string, file: string, signal?: AbortSignal): Promise<readonly FolderEntry[]>;
  /** Takes an own file back, for all: its message, and its blob. Rejects with `not_yours`, `no_such_file`. */
  delete(room: string, file: string): Promise<void>;
}

/** Somebody in a call, as its own sealed word says it; a relay alone puts nobody into a call. */
export interface CallMember {
  readonly device: string;
  readonly name: string;
  readonly own: boolean;
  /** Which of its sources it sends. */
  readonly sources: readonly CallSource[];
  readonly hand: boolean;
  /** ms since 1970, its own clock's. */
  readonly since: number;
}

export interface CallView {
  readonly room: string;
  /** Of this device. `waiting`: it was in and joins again by itself, since the way to the media port or the relay was lost. */
  readonly state: 'out' | 'joining' | 'in' | 'waiting';
  /** Those in the call, the first to come first, this device where it came in its own order. */
  readonly members: readonly CallMember[];
  /** This device is being called: by whom. Null once it joined, dismissed it, or nobody calls any more. */
  readonly ringing: { readonly device: string; readonly name: string } | null;
  /** `joining` and `waiting`: why it is not there yet, where that is known. */
  readonly error: CodedError | null;
}

/** The call of each room. A device is in one call at a time. Methods reject with a CodedError; what happens later is told by events. */
export interface Calls {
  /** Null: there is no call in this room. */
  view(room: string): CallView | null;
  /** The room of the call that this device is in, or joins. */
  current(): string | null;
  /**
   * Joins the room's call, or begins one, which rings at the others. Sources that cannot be had are left off, and told by `error` events. Leaves
   * another room's call before. Resolves when media flows. Rejects with `no_calls`, `call_full`, `calls_unsupported`, `call_unreachable`, `offline`, and what `send` rejects with.
   */
  join(room: string, options: { readonly microphone: boolean; readonly camera: boolean }): Promise<void>;
  /** Also calls a `join` off that is under way. */
  leave(): Promise<void>;
  /** Begins or ends an own source, and tells the others. Rejects as `CallTransport.turn` does; with `not_in_call`. */
  turn(source: CallSource, on: boolean): Promise<void>;
  raiseHand(up: boolean): Promise<void>;
  /** Rings here no more for this call. */
  dismiss(room: string): void;
  /**
   * What the screen shows, the most important first; sound always comes, from all. `height`: of the picture on the screen, in device pixels.
   * Without ever being asked: all cameras and screens, as far as slots go, 360 high.
   */
  show(pictures: ReadonlyArray<{ readonly device: string; readonly source: CallSource; readonly height: number }>): void;
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
  | { readonly kind: 'file'; readonly id: string; readonly file: SharedFile }
  /** Its author took back what stood here. */
  | { readonly kind: 'deleted'; readonly id: string }
  /** `by` admitted it; empty where it came in by itself. */
  | { readonly kind: 'joined'; readonly door: Door; readonly by: string; readonly byDevice: string }
  | { readonly kind: 'left' }
  /** `device` was removed; `by` did it. */
  | { readonly kind: 'removed'; readonly by: string; readonly byDevice: string }
  | { readonly kind: 'renamed'; readonly before: string }
  | { readonly kind: 'link-changed' }
  /**
   * There was a call; as this device saw it, which alone keeps it: whoever had no connection then has no such line. It stands behind the entry of `seq`.
   * `device` began it.
   */
  | { readonly kind: 'call-begun' }
  /** `lasted`: ms; null where this device was not there from its beginning to its end. */
  | { readonly kind: 'call-ended'; readonly lasted: number | null }
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
  /** Texts and files of others after it. */
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
  /** A transfer began, moved or ended. At most a few a second for each. */
  | { readonly event: 'transfer'; readonly transfer: Transfer }
  /** What stood at this number was taken back: read it again. */
  | { readonly event: 'deleted'; readonly room: string; readonly seq: number; readonly id: string }
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
  /** Something in the room's call changed: read it again with `calls.view`. */
  | { readonly event: 'call'; readonly room: string }
  /** Each second in a call, for each source of a member that is assigned to a slot. */
  | { readonly event: 'media'; readonly room: string; readonly counts: readonly MediaCount[] }
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
  /** History from the local store, newest last: `limit` items before `before` (exclusive), and those that stand behind the entry of the first one. */
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
  readonly files: Files;
  readonly calls: Calls;
  /** Resolves when the outbox is empty, `ms` are over or `signal` aborts; the number of lines that stay. */
  flush(ms: number, signal?: AbortSignal): Promise<number>;
  /** Resolves when everything asked for and received so far is done and stored: for tests and orderly ends. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
