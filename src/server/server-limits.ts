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
  /** Rooms in all: members make them, each costs memory for as long as the relay runs, and none is ever taken away. */
  rooms: 65_536,
  /** Knocks that wait at all doors together: with their bodies 4 MiB. */
  knocksInAll: 1_024,
  /** Knocks of one address that wake the members at once: a class that comes in together; and the time after which it has one more. */
  knockBurst: 64,
  knockPause: 5_000,
  /** Addresses whose knocks are counted, and knockers whose refusal is remembered; past it the oldest is forgotten. */
  knockingAddresses: 4_096,
  refusals: 4_096,
  /** Key packages of one device that another one gets at once, and the time after which it gets one more: nobody can take all there are. */
  packagesPerAsker: 8,
  packagePause: 450_000,
  /** Pairs of asker and asked that are counted; past it the oldest is forgotten. */
  packageAskers: 16_384,
  /** Welcomes that a connection is sent when it begins, and their bytes: any member can make a device one. The smallest come first. */
  welcomes: 256,
  welcomeBytes: 4 * 1024 * 1024,
  /**
   * What one device says with `ephemeral` at once, in parts of 1 KiB: twice around a full call, or typing for a minute; and the time after which it has one part more.
   * What is beyond it is dropped, and counts as so many frames of that connection.
   */
  ephemerals: 64,
  ephemeralPause: 100,
  ephemeralExcess: 32,
  /** Devices whose parts are counted; past it the one that was quiet for longest is forgotten. */
  ephemeralSpeakers: 4_096,
  /** Calls that one device is in: a person has one, and one that it is about to change to. */
  callsPerDevice: 4,
  /** Members of all calls together: more than the engine forwards for. */
  callMembersInAll: 1_024,
  /** Times that a device joins at once, and the time after which it may once more: each wakes all who follow the room. */
  callJoins: 16,
  callJoinPause: 2_000,
  callJoiners: 4_096,
  /** An engine that has not answered by then does not. */
  callJoinTime: 5_000,
  /** How long a device stays in a call whose connection is lost: media need none. */
  callKept: 15_000,
  /** Between two `call.want` of a device that are handed on; what comes in between replaces what waits. */
  callWantPause: 50,
} as const;

export type RelayLimits = { readonly [K in keyof typeof LIMITS | keyof typeof OWN_LIMITS]: number };

export const RELAY_LIMITS: RelayLimits = { ...LIMITS, ...OWN_LIMITS };
