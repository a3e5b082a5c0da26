import { decode, encode } from 'cborg';
import type { Door, OverPhase, TimelineItem } from '../api.ts';
import type { OwnKeyPackage } from '../../crypto/index.ts';
import type { BodyOf, Profile } from '../content/index.ts';

export const isOver = (phase: RoomRecord['phase']): phase is OverPhase => phase === 'left' || phase === 'removed' || phase === 'outdated';

/** On its way in. */
export const isEntering = (phase: RoomRecord['phase']): boolean => phase === 'founding' || phase === 'joining' || phase === 'knocking';

/** What the store holds of one room. All values are CBOR, sealed by the vault. */
export interface RoomRecord {
  /** SHA-256 of the SubjectPublicKeyInfo of the relay that has this room. */
  relay: Uint8Array;
  phase: 'founding' | 'knocking' | 'joining' | 'ready' | OverPhase;
  name: string;
  lastUsed: number;
  /** The newest entry processed, and its hash. */
  seq: number;
  head: Uint8Array;
  readUpTo: number;
  /** Texts and files of others after `readUpTo`. */
  unread: number;
  /** The epoch this device came in by, and whether another member has spoken since. */
  joinedEpoch: number;
  confirmed: boolean;
  /** Founder token or link secret, until the door is passed; null for who knocks and in a room of two. */
  entrance: Uint8Array | null;
  /** The key package by which this device is to be taken in while it knocks: the same one however often it asks. */
  ownPackage: OwnKeyPackage | null;
  /** The other one of a room of two, and the name it had where it was met. */
  peer: { readonly device: string; readonly name: string } | null;
  /** Own messages numbered so far. */
  sent: number;
  /** What each member's messages were numbered last, by device. */
  counters: Record<string, number>;
  profiles: Record<string, Profile>;
  /** How devices came in, as far as this one saw it. */
  doors: Record<string, Door>;
  /** The epoch in which the own name was last changed by a message: who comes in by its last door information does not know it. */
  renamedIn: number | null;
  /** The word of those who said they leave and still stand in the group, by device. */
  departed: Record<string, Uint8Array>;
  /** What is being done to the group in several commits; it goes on after a restart. */
  intents: Intent[];
  /** A commit of this device that the log has not shown yet. */
  pending: PendingCommit | null;
}

export type Intent =
  | { readonly kind: 'remove'; readonly device: string }
  /** Takes a device in. `leaf`: the key of the package's leaf. The profile is verified; null where its name will come from itself. */
  | {
      readonly kind: 'admit';
      readonly device: string;
      readonly keyPackage: Uint8Array;
      readonly leaf: Uint8Array;
      readonly profile: Profile | null;
      /** The leaf that it had when it knocked, where it was a member then: one that lost what it knew. */
      readonly instead: Uint8Array | null;
    }
  /** Opens the link again: the last step of a removal, or an invitation. */
  | { readonly kind: 'open-link' }
  /** Takes out who said it leaves. */
  | { readonly kind: 'clear-departed' };

export interface PendingCommit {
  readonly id: Uint8Array;
  /** The epoch it ends. */
  readonly epoch: number;
  readonly body: Uint8Array;
  readonly adds: Uint8Array[];
  readonly removes: Uint8Array[];
  /** SHA-256 of the door token from then on; null closes; absent leaves it. */
  readonly door?: Uint8Array | null;
  /** Beside an open door: what knocks are sealed to, and in an open room the link's secret. */
  readonly knock?: Uint8Array;
  readonly open?: Uint8Array;
  readonly info: Uint8Array | null;
  /** For the device that it adds, where another made it. */
  readonly welcome?: Uint8Array;
  /** Devices (hex) that it takes out because they said they leave, and whose word it carries. */
  readonly left: readonly string[];
  /** The group as it is after the commit. */
  readonly next: Uint8Array;
}

/** A line of this device on its way into the log. */
export interface OutboxItem {
  /** Position in the outbox: 1, 2, 3 …, never used twice. */
  readonly order: number;
  readonly id: Uint8Array;
  readonly n: number;
  readonly at: number;
  readonly kind: 'text' | 'profile' | 'leave' | 'file' | 'delete';
  readonly text: string;
  readonly style: 'plain' | 'action';
  readonly profile: Profile | null;
  /** Of kinds that came after the first three: what is sealed. */
  readonly body?: BodyOf<'file' | 'delete'>;
  sealed: { readonly epoch: number; readonly body: Uint8Array } | null;
}

/** Where a file of a room stands, by its blob and by its message: nothing scans the history for it. */
export interface FileEntry {
  /** Key of its item. */
  readonly item: string;
  readonly seq: number;
  /** Blob, and the message's id, in hex. */
  readonly blob: string;
  readonly id: string;
  /** Bytes of a folder's index; null for a file. */
  readonly index: number | null;
}

/** What the relay is still to be told about a blob of this device: asked again until it answers. */
export interface Debt {
  readonly room: string;
  readonly blob: string;
  /** `keep`: its message is in the log; `remove`: nobody wants it any more. */
  readonly what: 'keep' | 'remove';
}

/** What rooms lack that were stored before there was such a thing. */
const LATER_FIELDS = { unread: 0, ownPackage: null, peer: null, doors: {} } satisfies Partial<RoomRecord>;

const digits = (n: number) => String(n).padStart(15, '0');

/** Keys of the store, in one place. */
export const keys = {
  identity: 'identity',
  /** The key of the relay that was last met at this address. */
  pin: (address: string) => `pin/${address}`,
  /** Private halves of key packages that wait at relays, by their ref. */
  packages: 'package/',
  package: (ref: string) => `package/${ref}`,
  /** Devices that were compared with their person. */
  comparisons: 'compared/',
  comparison: (device: string) => `compared/${device}`,
  rooms: 'room/',
  record: (room: string) => `room/${room}`,
  group: (room: string) => `group/${room}`,
  out: (room: string) => `out/${room}/`,
  outItem: (room: string, order: number) => `out/${room}/${digits(order)}`,
  items: (room: string) => `item/${room}/`,
  item: (room: string, seq: number, part: number) => `item/${room}/${digits(seq)}/${part}`,
  /** Lines of this device's own behind those of an entry, in the order in which they came. */
  ownItems: (room: string, seq: number) => `item/${room}/${digits(seq)}/~`,
  ownItem: (room: string, seq: number, number: number) => `item/${room}/${digits(seq)}/~${digits(number)}`,
  /** What the history says of the room's calls. */
  called: (room: string) => `called/${room}`,
  /** Files of a room by their blob; of several messages that name one, the first. */
  files: (room: string) => `file/${room}/`,
  file: (room: string, blob: string) => `file/${room}/${blob}`,
  /** The same by the id of their message. */
  fileMessage: (room: string, id: string) => `file-message/${room}/${id}`,
  debts: 'owed/',
  debt: ({ blob, what }: Debt) => (what === 'remove' ? `owed/${blob}` : `owed/${blob}/${what}`),
  transfers: 'transfer/',
  transfer: (id: string) => `transfer/${id}`,
  /** Sorts before each item of `seq`. */
  itemsBefore: (room: string, seq: number) => `item/${room}/${digits(seq)}`,
} as const;

/** Reads a room's record as of any version. */
export const decodeRoomRecord = (bytes: Uint8Array): RoomRecord => ({
  ...structuredClone(LATER_FIELDS),
  ...(decode(bytes) as Omit<RoomRecord, keyof typeof LATER_FIELDS>),
});

/** What was written of the calls of a room. */
export interface Called {
  /** Lines so far. */
  readonly lines: number;
  /** The call that is on, as it was seen last: its line is written, where there is one. */
  readonly on: { readonly from: number | null; readonly device: string; readonly name: string; readonly own: boolean } | null;
}

type Stored = RoomRecord | OutboxItem | TimelineItem | FileEntry | Debt | Called;
export const encodeRecord = (record: Stored): Uint8Array => encode(record);
export const decodeRecord = <T extends Stored>(bytes: Uint8Array): T => decode(bytes) as T;
