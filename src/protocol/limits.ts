/** Every bound of the wire, with its reason. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** Largest frame: a commit with the GroupInfo of a room of 250 (about 120 KiB), a Welcome of that size, and room to grow. */
  frame: 1024 * 1024,
  /** Largest sealed body of one entry: 64 KiB of text, padded, with MLS around it; a commit's path for 250 members. */
  body: 160 * 1024,
  /** Largest sealed GroupInfo: the ratchet tree of 250 members and their signed names. */
  info: 320 * 1024,
  /** Largest sealed knock: a key package (about 400 B) and a signed name. */
  knock: 4 * 1024,
  /** Largest key package, and how many a device has waiting at the relay. */
  keyPackage: 2 * 1024,
  keyPackages: 32,
  /** Knocks that wait at one room's door, and of one address: as many as a class has, behind one NAT. */
  knocks: 64,
  /** After a refusal the same device may knock again after this time. */
  knockAgain: 60_000,
  /** Largest ticket for the file port. */
  ticket: 256,
  /**
   * Bytes of a blob that one request carries at most from a client here, beside the header. The relay takes a request of up to twice that whole or
   * not at all, so that the offset after a cut is always one that the client knows; of a longer one it keeps a multiple of twice that.
   */
  filePart: 16 * 1024 * 1024,
  /** Largest sealed body that is passed on without being stored. */
  ephemeral: 4 * 1024,
  /** Devices in one call: what one machine can forward, and a screen show. */
  callMembers: 25,
  /** Streams that one device is ready to receive: sound, picture, screen and its sound of a few, and sound and picture of all others. */
  callSlots: 64,
  /** Sizes in which one picture is sent at once. */
  callLayers: 3,
  callCandidates: 32,
  /** Rooms that one device may make. */
  roomsPerDevice: 256,
  /** Devices that one commit may add or remove. */
  changedDevices: 64,
  /** Members a room may have: beyond it MLS state grows slow enough to be felt. */
  members: 250,
  /** Entries in one page of catch-up, and the bytes after which a page is cut short. */
  pageEntries: 256,
  pageBytes: 256 * 1024,
  /** Epochs that a message may lag behind its room: members keep four, two of them are slack for what is still under way. */
  staleEpochs: 2,
  /** Bytes a reader may let pile up before it is disconnected with `too_slow`; it resumes from where it was. */
  sendQueue: 8 * 1024 * 1024,
  /** Appends of one connection that may wait for the disk; past it the relay stops reading that connection. */
  appendsInFlight: 256,
  /** Appends of one connection that a client keeps under way: below the relay's bound, so that nobody has to be stopped. */
  clientWindow: 128,
  /** Connections from one address: a classroom behind one NAT fits, a flood does not. Loopback has the same bound. */
  connectionsPerAddress: 1024,
  /** Connections in all. */
  connections: 10_000,
  /** Rooms that one connection may follow. */
  followed: 256,
  /** Frames of a connection that has not proved its device yet. */
  unprovenFrames: 4,
  /** A connection must have proved its device within this time. */
  handshakeTime: 10_000,
  /** Silence after which each side sends `ping`, and after which it gives the other up. */
  pingAfter: 15_000,
  lostAfter: 40_000,
} as const;

/** Sizes fixed by the algorithms, in bytes. */
export const SIZES = {
  device: 32, // Ed25519 public key
  signature: 64, // Ed25519
  hash: 32, // SHA-256
  room: 16,
  id: 16, // chosen by the client for each append
  nonce: 32,
  blob: 16, // chosen by the relay for each sealed file
  token: 32, // founder token, door token
  knockKey: 32, // X25519 public key
  relayKeyInLink: 16, // first half of the SHA-256 of the relay's SubjectPublicKeyInfo
} as const;

/** Default ports: chat page and API, native chat, files, media. */
export const PORTS = { web: 5000, chat: 9009, files: 9010, media: 9020 } as const;
