/**
 * What the cryptography of a conversation offers to the engine. Groups are values: an operation takes one and returns
 * the next, and the caller stores it before anything that follows from it leaves the device.
 */

/** This device: an Ed25519 key pair. `secret` is its 32-byte seed, to be kept sealed at rest. */
export interface Identity {
  readonly device: Uint8Array;
  readonly secret: Uint8Array;
  /** Ed25519 (RFC 8032) over `bytes`; 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** What all members agree on beside the keys: it stands in an extension of the MLS GroupContext. */
export interface RoomContext {
  /** The 32-byte secret of the room's link; null while the link is closed. */
  readonly link: Uint8Array | null;
  /** May remove, change roles and title. */
  readonly founder: Uint8Array;
  /** Devices that may remove beside the founder. */
  readonly removers: readonly Uint8Array[];
  readonly title: string;
  /**
   * How the room lets people in; never changes. `invited`: by its link, or admitted by a member; `open`: the link is known to the relay,
   * which gives it to whoever asks; `direct`: two people, no link, nobody else ever.
   */
  readonly access: Access;
}

export type Access = 'invited' | 'open' | 'direct';

/** One device's state of one MLS group: immutable. */
export interface Group {
  readonly room: Uint8Array;
  readonly epoch: number;
  readonly device: Uint8Array;
  /** Device ids in leaf order. */
  readonly members: readonly Uint8Array[];
  readonly context: RoomContext;
  /** MLS epoch authenticator (RFC 9420 section 8.7). */
  readonly authenticator: Uint8Array;
}

export interface Sealed {
  readonly group: Group;
  /** An encoded MLSMessage. */
  readonly sealed: Uint8Array;
}

export interface OpenedMessage {
  readonly group: Group;
  readonly sender: Uint8Array;
  readonly content: Uint8Array;
  /** The MLS authenticated_data it was sealed with. */
  readonly aad: Uint8Array;
  /** The epoch it was sealed in: the group's, or up to four before. */
  readonly epoch: number;
}

/** Devices (hex) that said they leave, or how that is read out of a commit's authenticated data, whose author is verified. */
export type Departed = ReadonlySet<string> | ((aad: Uint8Array) => Promise<ReadonlySet<string>>);

export interface OpenedCommit {
  /** The group after the commit; where `selfRemoved` it can open nothing of the new epoch. */
  readonly group: Group;
  readonly author: Uint8Array;
  readonly added: readonly Uint8Array[];
  readonly removed: readonly Uint8Array[];
  readonly selfRemoved: boolean;
  /** True when the author came in by it (external commit). */
  readonly external: boolean;
  readonly aad: Uint8Array;
}

export type GroupChange =
  | { readonly kind: 'context'; readonly context: RoomContext }
  /** Takes one device in by its key package; its own older leaf, if there is one, goes in the same commit. */
  | { readonly kind: 'add'; readonly keyPackage: Uint8Array }
  | { readonly kind: 'remove'; readonly devices: readonly Uint8Array[] };

export interface SealedChange extends Sealed {
  /** For `add`: the Welcome (an encoded MLSMessage, with the ratchet tree) for the device that is taken in; else null. */
  readonly welcome: Uint8Array | null;
  /** For `add`: an older leaf of the same device went with it. */
  readonly replaced: boolean;
}

/** A KeyPackage (RFC 9420 section 10) of this device and its private half, which never leaves it. */
export interface OwnKeyPackage {
  /** An encoded MLSMessage. */
  readonly body: Uint8Array;
  readonly secret: Uint8Array;
  /** KeyPackageRef, RFC 9420 section 5.2: a Welcome names by it whom it is for. */
  readonly ref: Uint8Array;
}

export interface Welcomed {
  readonly group: Group;
  /** The member that took this device in: it signed the Welcome's GroupInfo. */
  readonly inviter: Uint8Array;
}

/** AES-256-GCM (NIST SP 800-38D) as the platform does it fastest; the default is WebCrypto. */
export interface SegmentAead {
  /** Writes ciphertext and tag (16 bytes) to `target`, which has the length of both. */
  seal(key: Uint8Array, iv: Uint8Array, data: Uint8Array, plain: Uint8Array, target: Uint8Array): Promise<void> | void;
  /**
   * Writes the plaintext to `target`, which has its length: `sealed` without the tag. Rejects or throws where it is not authentic, also with RangeError where
   * there is no tag; what was written until then is nothing.
   */
  open(key: Uint8Array, iv: Uint8Array, data: Uint8Array, sealed: Uint8Array, target: Uint8Array): Promise<void> | void;
}

/**
 * A file being sealed or opened: C2SP FLOE (c2sp.org/FLOE), AES-256-GCM, HKDF-Expand-SHA-384, segments of 256 KiB (262,144 B with 32 B of overhead), no associated data. Segments may be asked for in
 * any order; whoever seals must never seal two plaintexts at one position.
 */
export interface FileSealer {
  /** 74 bytes, the beginning of the sealed file. */
  readonly header: Uint8Array;
  /**
   * @param plain exactly 262,112 bytes, or with `last` up to that
   * @param target where it is sealed to, with room for 32 bytes more than `plain`; new memory where it is left out
   * @returns the sealed segment, its tag at its end
   */
  seal(position: number, plain: Uint8Array, last: boolean, target?: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

export interface FileOpener {
  /**
   * Throws or rejects with GroupError `unreadable` where it was damaged, moved, cut or is of another file; what stands in `target` then is nothing.
   *
   * @param target where it is opened to, with room for 32 bytes less than `segment`; new memory where it is left out
   * @returns the plaintext, which is the beginning of `target`
   */
  open(position: number, segment: Uint8Array, last: boolean, target?: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** What a link's secret gives, each under its own HKDF label. */
export interface LinkKeys {
  readonly psk: Uint8Array;
  readonly pskId: Uint8Array;
  /** Shown to the relay; the relay knows its SHA-256. */
  readonly doorToken: Uint8Array;
  /** Seals the GroupInfo that waits at the relay. */
  readonly infoKey: Uint8Array;
  /** Seals the name that a newcomer brings along in its commit (same AEAD as `sealInfo`). */
  readonly greetingKey: Uint8Array;
  /** HPKE private and public key (X25519, 32 bytes each) that knocks are sealed to. The public one is told to the relay. */
  readonly knock: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };
}

/**
 * Why a sealed thing was not accepted. `unreadable`: cannot be opened (foreign, damaged, too old); `replayed`: opened
 * before; `forbidden`: opened, but breaks the room's rules; `future_epoch`: of an epoch not reached; `wrong_link`: the
 * link's secret does not fit.
 */
export type GroupErrorCode = 'unreadable' | 'replayed' | 'forbidden' | 'future_epoch' | 'wrong_link';

export class GroupError extends Error {
  override readonly name = 'GroupError';
  readonly code: GroupErrorCode;
  readonly reason: string;
  constructor(code: GroupErrorCode, reason: string) {
    super(`${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

/** Seals values at rest under one key; `name` is bound to the value, so that values cannot be swapped. */
export interface Vault {
  seal(name: string, value: Uint8Array): Promise<Uint8Array>;
  /** Rejects with GroupError `unreadable` when the value is damaged, foreign, or stood under another name. */
  open(name: string, sealed: Uint8Array): Promise<Uint8Array>;
}

/** The functions of `src/crypto/index.ts`, as the engine imports them. */
export interface Cryptography {
  createIdentity(): Promise<Identity>;
  restoreIdentity(secret: Uint8Array): Promise<Identity>;
  verifySignature(device: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
  deriveLinkKeys(secret: Uint8Array): Promise<LinkKeys>;
  sealInfo(infoKey: Uint8Array, info: Uint8Array): Promise<Uint8Array>;
  openInfo(infoKey: Uint8Array, sealed: Uint8Array): Promise<Uint8Array>;
  createGroup(identity: Identity, room: Uint8Array, context: RoomContext): Promise<Group>;
  encodeGroup(group: Group): Uint8Array;
  decodeGroup(bytes: Uint8Array, identity: Identity): Promise<Group>;
  sealMessage(group: Group, content: Uint8Array, aad: Uint8Array): Promise<Sealed>;
  openMessage(group: Group, sealed: Uint8Array): Promise<OpenedMessage>;
  /** Rejects with GroupError `forbidden` where this member may not do it, before anything is sealed. */
  commitChange(group: Group, change: GroupChange, aad: Uint8Array, options?: { departed?: ReadonlySet<string> }): Promise<SealedChange>;
  /** `departed`: who may be removed by anybody, even with the link open. */
  openCommit(group: Group, sealed: Uint8Array, options?: { departed?: Departed }): Promise<OpenedCommit>;
  /** The HPKE key of a member's leaf: new each time a device comes in. Undefined for one that is no member. */
  leafKey(group: Group, device: Uint8Array): Uint8Array | undefined;
  /** GroupInfo with external_pub and ratchet_tree, in the clear: seal it with `sealInfo`. */
  describeGroup(group: Group): Promise<Uint8Array>;
  /** External commit with the link's PSK; removes the own older leaf when the device is in the tree already. */
  joinByLink(
    identity: Identity,
    room: Uint8Array,
    groupInfo: Uint8Array,
    secret: Uint8Array,
    aad: Uint8Array,
  ): Promise<Sealed & { readonly replacedOwn: boolean }>;
  createKeyPackage(identity: Identity): Promise<OwnKeyPackage>;
  /** The device whose key package it is, and the HPKE key of the leaf in it (see `leafKey`). Rejects with GroupError `unreadable`, `forbidden` where it could not be a member. */
  readKeyPackage(body: Uint8Array): Promise<{ readonly device: Uint8Array; readonly ref: Uint8Array; readonly leafKey: Uint8Array }>;
  /** KeyPackageRefs that a Welcome is for. @throws GroupError `unreadable` */
  welcomeRefs(welcome: Uint8Array): readonly Uint8Array[];
  /** Comes in by a Welcome (RFC 9420 section 12.4.3.1). Rejects with GroupError `unreadable`, `forbidden`, `wrong_link` (of another room). */
  joinByWelcome(identity: Identity, room: Uint8Array, welcome: Uint8Array, own: Pick<OwnKeyPackage, 'body' | 'secret'>): Promise<Welcomed>;
  /** HPKE base mode (RFC 9180 section 6.1) to the public knock key of a room; `room` and `device` are bound to it. Random: no two alike. */
  sealKnock(publicKey: Uint8Array, room: Uint8Array, device: Uint8Array, content: Uint8Array): Promise<Uint8Array>;
  /** Rejects with GroupError `unreadable`. */
  openKnock(privateKey: Uint8Array, room: Uint8Array, device: Uint8Array, sealed: Uint8Array): Promise<Uint8Array>;
  /** AES-256-GCM under a key exported from the group's epoch (label `corrillo v1 epoch box`); `purpose` is bound to it. */
  sealForEpoch(group: Group, purpose: string, content: Uint8Array): Promise<Uint8Array>;
  /** Rejects with GroupError `unreadable`. */
  openForEpoch(group: Group, purpose: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** Base key of the frames of an epoch's calls (RFC 9605 section 5.2), 16 bytes. Rejects with GroupError `forbidden` after this device was removed. */
  deriveFrameBase(group: Group): Promise<Uint8Array>;
  /** A member's leaf index, by which SFrame names it: new each time a device comes in. Undefined for one that is no member. */
  leafIndex(group: Group, device: Uint8Array): number | undefined;
  /** 8 bytes of PBKDF2-HMAC-SHA256 (RFC 8018) of a device id, slow enough that nobody makes a device to fit five words. */
  deviceFingerprint(device: Uint8Array): Uint8Array;
  /** MLS exporter (RFC 9420 section 8.5). */
  exportSecret(group: Group, label: string, context: Uint8Array, size: number): Promise<Uint8Array>;
  /** @param header of a file whose sealing goes on; absent: a new one with a fresh IV. @throws GroupError `unreadable` where header and key do not belong together */
  createFileSealer(key: Uint8Array, options?: { header?: Uint8Array; aead?: SegmentAead }): FileSealer;
  /** @throws GroupError `unreadable` where header and key do not belong together, or its parameters are not ours */
  createFileOpener(key: Uint8Array, header: Uint8Array, options?: { aead?: SegmentAead }): FileOpener;
  createVault(key: Uint8Array | CryptoKey): Promise<Vault>;
}
