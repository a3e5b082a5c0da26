import { LIMITS } from '../protocol/index.ts';

/** Bounds that only the relay knows, beside those of the wire. Sizes in bytes, times in milliseconds. */
const OWN_LIMITS = {
  /** Appends written in one transaction: keeps a burst's latency even, and one fan-out frame list bounded. */
  batchAppends: 1024,
  /** Requests of one connection that may wait for the disk; past it the relay stops reading that connection. */
  requestsInFlight: 32,
  /** Bytes of those entries; more than a client has under way that keeps to its window of lines of the largest size. */
  appendBytesInFlight: 16 * 1024 * 1024,
  /** Largest frame of a connection that has not proved its device yet: `hello` and `proof` are far smaller. */
  unprovenFrame: 4 * 1024,
  /** What all connections together may hold: unsent, and of frames that are not whole yet. Past it who holds more than `fairQueue` has to go. */
  queuedInAll: 256 * 1024 * 1024,
  fairQueue: 256 * 1024,
  /** Frames a second of one connection, and as many at once. Past it the relay reads that connection more slowly. */
  framesPerSecond: 20_000,
  /** Sockets, and sessions of long polling, beyond the bounds of connections: so that the relay can say why it sends somebody away. */
  spareSockets: 256,
  /** Time for the first byte, for the headers of a request, and for all of it. */
  headersTime: 10_000,
  requestTime: 30_000,
  /** Wrong tokens on one connection before it is closed. */
  guesses: 8,
  /** Wrong tokens of one address that are answered at once; each further one waits, see `guessDelay`. */
  guessesPerAddress: 32,
  /** A wrong token is forgiven after this time, and an address that has none left waits this long for each look. */
  guessDelay: 1_000,
  /** Addresses whose guesses are remembered; past it the oldest is forgotten. */
  guessingAddresses: 4_096,
  /** Devices that were in a room and may still read up to where they left; past it the oldest is forgotten. */
  formerMembers: 1_024,
} as const;

export type RelayLimits = { readonly [K in keyof typeof LIMITS | keyof typeof OWN_LIMITS]: number };

export const RELAY_LIMITS: RelayLimits = { ...LIMITS, ...OWN_LIMITS };
