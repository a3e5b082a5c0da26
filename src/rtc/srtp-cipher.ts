/** What one direction's packets are sealed with; indexes, replays and streams are the business of others. */
export interface PacketCipher {
  /** Bytes that a tag adds. */
  readonly tagLength: number;
  /** @param headerLength stays readable, with extensions */
  sealRtp(packet: Buffer, headerLength: number, ssrc: number, index: number): Buffer;
  /** @returns header and payload; undefined for what is not authentic */
  openRtp(packet: Buffer, headerLength: number, ssrc: number, index: number): Buffer | undefined;
  /** @param index 31 bits, counted by the sender */
  sealRtcp(packet: Buffer, ssrc: number, index: number): Buffer;
  openRtcp(packet: Buffer, ssrc: number, index: number): Buffer | undefined;
}

/** Bytes of an RTCP packet's header and sender, which stay readable. */
export const RTCP_HEADER = 8;
/** The word that says that an SRTCP packet is encrypted, and its index. */
export const RTCP_INDEX = 4;
export const ENCRYPTED = 0x80000000;
/** Longer packets travel nowhere; buffers are made for it. */
export const MAX_PACKET = 2048;
