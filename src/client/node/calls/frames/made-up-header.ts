/*
 * What stands before a sealed picture in place of VP8's own header (PROTOCOL.md section 11): packetisers and the media port look at it, and it says
 * nothing but whether this is a key frame. RFC 7741 section 4.3: the lowest bit of the first byte.
 */
const KEY = Buffer.from('1000009d012a02000200', 'hex');
const OTHER = Buffer.from('11', 'hex');

/** Of whatever begins like a VP8 frame. */
export const isKeyFrame = (frame: Uint8Array): boolean => frame.length > 0 && ((frame[0] as number) & 1) === 0;

export const addMadeUpHeader = (sealed: Uint8Array, isKey: boolean): Buffer => Buffer.concat([isKey ? KEY : OTHER, sealed]);

/** @returns undefined for what has none */
export function dropMadeUpHeader(frame: Buffer): Buffer | undefined {
  const header = isKeyFrame(frame) ? KEY : OTHER;
  return frame.length > header.length && frame.subarray(0, header.length).equals(header) ? frame.subarray(header.length) : undefined;
}
