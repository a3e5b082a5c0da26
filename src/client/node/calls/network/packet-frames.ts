/** Larger than any packet of WebRTC, and small enough to be waited for. */
const MOST = 4096;

/** A packet behind its length (RFC 4571). @throws RangeError for one that no length can say */
export function framePacket(packet: Uint8Array): Buffer {
  if (packet.length > 0xffff) throw new RangeError('a packet too long for TCP');
  const framed = Buffer.allocUnsafe(2 + packet.length);
  framed.writeUInt16BE(packet.length, 0);
  framed.set(packet, 2);
  return framed;
}

export interface PacketFrames {
  /** @returns false once what comes is no stream of packets: nothing more is taken */
  take(bytes: Buffer): boolean;
}

/** Cuts a stream into packets again. Each is a copy that is the taker's own. */
export function createPacketFrames(onPacket: (packet: Buffer) => void): PacketFrames {
  let rest: Buffer = Buffer.alloc(0);
  let bad = false;
  return {
    take(bytes) {
      if (bad) return false;
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      let at = 0;
      while (at + 2 <= all.length) {
        const length = all.readUInt16BE(at);
        if (length > MOST) {
          bad = true;
          rest = Buffer.alloc(0);
          return false;
        }
        if (at + 2 + length > all.length) break;
        if (length > 0) onPacket(Buffer.from(all.subarray(at + 2, at + 2 + length)));
        at += 2 + length;
      }
      rest = Buffer.from(all.subarray(at));
      return true;
    },
  };
}
