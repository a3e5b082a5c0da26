/** A packet with its length before it (RFC 4571 section 2). */
export function writeFrame(packet: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(2 + packet.length);
  frame.writeUInt16BE(packet.length, 0);
  frame.set(packet, 2);
  return frame;
}

/**
 * Cuts a stream into packets; holds one that is not whole yet and no more.
 * @param most bytes of a packet
 * @param take a view that is good until it returns
 * @returns takes the next bytes; false where somebody says that a longer packet comes: nothing behind it can be found
 */
export function createFrameCutter(most: number, take: (packet: Buffer) => void): (bytes: Buffer) => boolean {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    let at = 0;
    while (all.length - at >= 2) {
      const length = all.readUInt16BE(at);
      if (length > most) return false;
      if (all.length - at - 2 < length) break;
      if (length > 0) take(all.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    // A copy: what it stands in would be kept whole for a few bytes of it.
    held = Buffer.from(all.subarray(at));
    return true;
  };
}
