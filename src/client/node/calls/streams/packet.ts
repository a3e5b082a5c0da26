/** An RTP packet as those see it who put streams together. */
export interface Packet {
  /** As it travels: 16 bits. */
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}
