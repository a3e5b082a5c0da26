/** Bounds of this module, each with its reason. */
export const LIMITS = {
  /** Members of a room: past it a commit's path and the state of a device grow beyond what was measured. */
  members: 250,
  /** Devices with a role beside the founder: they stand in the context, which every newcomer reads. */
  removers: 32,
  /** UTF-8 bytes of a room's title. */
  titleBytes: 256,
  /** Lengths of messages on the wire are multiples of this, so that a length tells little. */
  messageBucket: 256,
  /** A context change is no shorter than this: a longer title must not show. */
  handshakeBytes: 1024,
  /** Past epochs whose messages still open: stragglers of a commit, no more, for forward secrecy. */
  pastEpochs: 4,
  /** Keys kept per sender and epoch for messages that come after later ones. */
  skippedKeys: 32,
  /** Steps that one message may move a sender's ratchet: a member who claims generation 2^32 must not cost us as many hashes. */
  forwardSteps: 256,
  /** Sealed and described things larger than this are not even parsed. A tree of 250 members has about 200 KiB. */
  wireBytes: 1024 * 1024,
  /** A key package of ours has about 400 bytes. Strangers hand them in. */
  keyPackageBytes: 2 * 1024,
  /** Values in the capabilities of a leaf; ours has five. It stands in the tree for as long as its device, and every newcomer reads it. */
  capabilities: 64,
  /** Rounds of PBKDF2 for the words of a device: some 15 ms, so that 2^55 devices cannot be tried for one that has the same five. */
  wordRounds: 8192,
  /** Devices whose words are kept at hand: several full rooms. */
  knownWords: 1024,
} as const;
