import { buildRtp, encodeBindingRequest, type RtcpPacket, writeRtcp, writeRtpExtensions } from '../../src/rtc/index.ts';
import type { SeededRandom } from '../sim/random.ts';
import { mutateBytes } from './mutate.ts';

/** What somebody at the media port may know of a member: as much as the member itself, or nothing. */
export interface Known {
  readonly username: string;
  readonly password: string;
  /** Streams that there are, with some that are not. */
  readonly ssrcs: readonly number[];
  /** A handshake's datagrams, as a client sent them. */
  readonly handshake: readonly Buffer[];
}

/** One packet of a kind that the port knows; damaged by who sends it. */
export function utterPacket(random: SeededRandom, known: Known): Buffer {
  switch (random.below(8)) {
    case 0:
    case 1:
      return utterCheck(random, known);
    case 2:
      return known.handshake.length > 0 ? random.pick(known.handshake) : Buffer.from([22, 0xfe, 0xfd]);
    case 3:
    case 4:
      return utterRtp(random, known.ssrcs);
    case 5:
    case 6:
      return utterRtcp(random, known.ssrcs);
    default:
      return Buffer.from(random.bytes(random.pick([0, 1, 2, 11, 12, 20, 28, 100, 1_200, 1_500])));
  }
}

export const damage = (packet: Buffer, other: Buffer, random: SeededRandom): Buffer =>
  Buffer.from(mutateBytes(packet, other, random)).subarray(0, MOST);

/** What a datagram of a network carries at most. */
const MOST = 1_500;

function utterCheck(random: SeededRandom, { username, password }: Known): Buffer {
  return encodeBindingRequest({
    username: random.pick([username, `${username}x`, username.slice(0, 8), ':', 'a:b', 'x'.repeat(400)]),
    // Only members know it, and none of them is told how to damage what it seals: the rest of the message is.
    password: random.chance(0.5) ? password : 'another password of some length',
    priority: random.below(2 ** 32),
    role: random.pick(['controlling', 'controlled']),
    tieBreaker: BigInt(random.below(2 ** 32)),
    useCandidate: random.chance(0.5),
    transaction: random.bytes(12),
  });
}

export function utterRtp(random: SeededRandom, ssrcs: readonly number[]): Buffer {
  const extensions = writeRtpExtensions(
    Array.from({ length: random.below(5) }, (_, i) => ({
      id: random.pick([i + 1, i + 1, 1 + random.below(14)]),
      data: random.pick([Buffer.from('0'), Buffer.from('1'), Buffer.from('q'), Buffer.from(random.bytes(1 + random.below(16)))]),
    })),
  );
  return buildRtp(
    {
      payloadType: random.pick([96, 96, 111, 97, random.below(128)]),
      marker: random.chance(0.5),
      sequence: random.below(65_536),
      timestamp: random.below(2 ** 32),
      ssrc: random.pick(ssrcs),
      extensions,
    },
    random.pick([
      Buffer.from('1010009d012a0200020061', 'hex'),
      Buffer.from('90e08001ff3f1100', 'hex'),
      Buffer.from(random.bytes(random.below(1_300))),
    ]),
  );
}

export function utterRtcp(random: SeededRandom, ssrcs: readonly number[]): Buffer {
  const ssrc = () => random.pick(ssrcs);
  const list = <T>(make: () => T) => Array.from({ length: random.below(12) }, make);
  const number = () => random.pick([0, 1, random.below(2 ** 32), 2 ** 32 - 1]);
  const block = () => ({
    ssrc: ssrc(),
    lostOf256: random.below(256),
    lost: random.below(1_000),
    highestSequence: number(),
    jitter: number(),
    lastReport: number(),
    sinceLastReport: number(),
  });
  const packets: readonly (() => RtcpPacket)[] = [
    () => ({ kind: 'receiver_report', ssrc: 1, blocks: list(block) }),
    () => ({
      kind: 'sender_report',
      ssrc: ssrc(),
      ntp: (BigInt(number()) << 32n) | BigInt(number()),
      timestamp: number(),
      packets: number(),
      bytes: number(),
      blocks: list(block),
    }),
    () => ({ kind: 'nack', sender: 1, media: ssrc(), sequences: list(() => random.below(65_536)) }),
    () => ({ kind: 'pli', sender: 1, media: ssrc() }),
    () => ({ kind: 'fir', sender: 1, requests: list(() => ({ ssrc: ssrc(), sequence: random.below(256) })) }),
    () => ({ kind: 'remb', sender: 1, bitrate: number(), sources: list(ssrc) }),
    () => ({ kind: 'bye', sources: list(ssrc) }),
    () => ({
      kind: 'transport',
      sender: 1,
      media: ssrc(),
      feedbackCount: random.below(256),
      base: random.below(65_536),
      arrivals: [0, ...list(() => (random.chance(0.3) ? undefined : random.below(1_000_000)))],
    }),
  ];
  return writeRtcp(Array.from({ length: 1 + random.below(3) }, () => random.pick(packets)()));
}
