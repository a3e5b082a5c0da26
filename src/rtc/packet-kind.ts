/** What shares one port: told apart by the first byte (RFC 7983), RTCP from RTP by the second one (RFC 5761 section 4). */
export type PacketKind = 'stun' | 'dtls' | 'rtp' | 'rtcp';

/** @returns undefined for what is none of them */
export function packetKindOf(datagram: Uint8Array): PacketKind | undefined {
  const [first, second] = datagram;
  if (first === undefined || second === undefined) return undefined;
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first < 128 || first > 191) return undefined;
  return second >= 192 && second <= 223 ? 'rtcp' : 'rtp';
}
