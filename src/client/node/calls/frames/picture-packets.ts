/** Bytes of a packet's payload: with what stands around it, it passes every network. */
const MOST = 1_150;
/** X, then I with a number of 15 bits (RFC 7741 section 4.2). */
const DESCRIPTOR = 4;
const [EXTENDED, START] = [0x80, 0x10];

/** A frame of VP8, cut into payloads of about the same length; the last one gets the marker. @param pictureId 15 bits */
export function cutPicture(frame: Buffer, pictureId: number): readonly Buffer[] {
  const count = Math.max(1, Math.ceil(frame.length / (MOST - DESCRIPTOR)));
  const size = Math.ceil(frame.length / count);
  return Array.from({ length: count }, (_, i) => {
    const piece = frame.subarray(i * size, (i + 1) * size);
    const payload = Buffer.allocUnsafe(DESCRIPTOR + piece.length);
    payload[0] = EXTENDED | (i === 0 ? START : 0);
    payload[1] = 0x80;
    payload.writeUInt16BE(0x8000 | (pictureId & 0x7fff), 2);
    payload.set(piece, DESCRIPTOR);
    return payload;
  });
}
