/**
 * What stands before a piece of a VP8 frame (RFC 7741 section 4.2). It is all that a relay can know of a picture: the frame behind it is
 * sealed, so that whether it is a key frame is said elsewhere, or not at all.
 */
export interface Vp8Descriptor {
  /** The first packet of a frame. */
  readonly isStart: boolean;
  /** No other frame is made from this one. */
  readonly isDisposable: boolean;
  readonly pictureId?: number;
  /** How many bits the picture's number has: 7 or 15. */
  readonly pictureIdBits?: 7 | 15;
  /** Counts frames of the lowest temporal layer. */
  readonly baseIndex?: number;
  readonly temporalLayer?: number;
  /** From here a receiver can begin to take this layer. */
  readonly isSwitch?: boolean;
  readonly keyIndex?: number;
  /** Bytes; the sealed frame begins behind them. */
  readonly length: number;
  readonly at: { readonly pictureId?: number; readonly baseIndex?: number };
}

/** @returns undefined where the descriptor is cut off, or nothing stands behind it */
export function readVp8(payload: Buffer): Vp8Descriptor | undefined {
  const [first = 0, flags = 0] = payload;
  const hasMore = (first & 0x80) !== 0;
  const has = (bit: number) => hasMore && (flags & bit) !== 0;
  let length = hasMore ? 2 : 1;
  const place = (isThere: boolean, size: number) => {
    if (!isThere) return undefined;
    length += size;
    return length - size;
  };
  const pictureAt = place(has(0x80), 1);
  const isLong = pictureAt !== undefined && ((payload[pictureAt] ?? 0) & 0x80) !== 0;
  if (isLong) length += 1;
  const baseAt = place(has(0x40), 1);
  const layerAt = place(has(0x20) || has(0x10), 1);
  if (length >= payload.length) return undefined;
  const layer = layerAt === undefined ? 0 : payload.readUInt8(layerAt);
  return {
    isStart: (first & 0x17) === 0x10,
    isDisposable: (first & 0x20) !== 0,
    ...(pictureAt !== undefined && {
      pictureId: isLong ? payload.readUInt16BE(pictureAt) & 0x7fff : payload.readUInt8(pictureAt),
      pictureIdBits: isLong ? 15 : 7,
    }),
    ...(baseAt !== undefined && { baseIndex: payload.readUInt8(baseAt) }),
    ...(has(0x20) && { temporalLayer: layer >> 6, isSwitch: (layer & 0x20) !== 0 }),
    ...(has(0x10) && { keyIndex: layer & 0x1f }),
    length,
    at: { ...(pictureAt !== undefined && { pictureId: pictureAt }), ...(baseAt !== undefined && { baseIndex: baseAt }) },
  };
}

/** Numbers frames anew, where a receiver gets other layers than the sender sent. What the descriptor does not have stays away. */
export function rewriteVp8(
  payload: Buffer,
  { at, pictureIdBits }: Vp8Descriptor,
  changes: { readonly pictureId?: number; readonly baseIndex?: number },
): void {
  if (changes.pictureId !== undefined && at.pictureId !== undefined) {
    if (pictureIdBits === 15) payload.writeUInt16BE(0x8000 | (changes.pictureId & 0x7fff), at.pictureId);
    else payload.writeUInt8(changes.pictureId & 0x7f, at.pictureId);
  }
  if (changes.baseIndex !== undefined && at.baseIndex !== undefined) payload.writeUInt8(changes.baseIndex & 0xff, at.baseIndex);
}
