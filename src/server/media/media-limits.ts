import { LIMITS } from '../../protocol/index.ts';

/** Every bound of the media process, with its reason. Sizes in bytes, times in milliseconds. */
export const MEDIA_LIMITS = {
  /** Members of all calls in one process: past what any machine forwards, and little memory still. */
  members: 40 * LIMITS.callMembers,
  /** Silence after which a member is taken out: what RFC 7675 section 5.1 allows without consent is 30 s, browsers check every 5 s at most. */
  silence: 15_000,
  /** Addresses from which a member has checked: two networks, two families, two protocols. The one that was heard of longest ago gives way. */
  pathsPerMember: 8,
  /** Streams of one member that were told apart: four sources, three layers, retransmissions, and as many again for what was started anew. */
  streamsPerMember: 48,
  /** An address stays with whom it was proved by for this long after it was heard there: browsers check every 2.5 s. */
  pathKept: 6_000,
  /** Each turn of what is done for all members whether packets come or not: what senders are told of arrivals is wanted every 50 ms. */
  tick: 20,
  /** How often members are told how their streams arrive. */
  reportEvery: 1_000,
  /** Longest packet: what a network carries at most, with room; src/rtc seals no longer ones. */
  packet: 2048,
  /** TCP connections in all, and from one address: a classroom behind one NAT, each with one that ends and one that begins. */
  tcpConnections: 1_024,
  tcpPerAddress: 128,
  /** A TCP connection has to have made a check that proves who it is within this time; looked at this often. */
  tcpProof: 10_000,
  tcpSweep: 2_000,
  /** Bytes that a TCP connection does not take before packets are dropped: half a second of a call. */
  tcpUnsent: 256 * 1024,
} as const;

export type MediaLimits = { readonly [K in keyof typeof MEDIA_LIMITS]: number };
