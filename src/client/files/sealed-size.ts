import { SEALED_FILE } from '../../crypto/index.ts';

/*
 * Where the bytes of a file lie in its blob: a header, then segments of which all but the last are full. A file of nothing has one empty segment.
 */
const { header, segment, overhead, plain } = SEALED_FILE;

/** How many segments `size` bytes of plaintext make. */
export function segmentCount(size: number): number {
  return Math.max(1, Math.ceil(size / plain));
}

/** Bytes of the blob that `size` bytes of plaintext make. */
export function sealedSize(size: number): number {
  return header + size + overhead * segmentCount(size);
}

/** Bytes of plaintext in a blob of `length` bytes; undefined where no file makes such a blob. */
export function plainSize(length: number): number | undefined {
  const body = length - header;
  const size = body - overhead * Math.ceil(body / segment);
  return size >= 0 && sealedSize(size) === length ? size : undefined;
}

export interface SegmentPlace {
  /** In the blob. */
  readonly offset: number;
  readonly length: number;
  /** In the plaintext. */
  readonly plainOffset: number;
  readonly plainLength: number;
  readonly last: boolean;
}

/** @param size bytes of plaintext in all */
export function placeOfSegment(size: number, position: number): SegmentPlace {
  const count = segmentCount(size);
  if (!(position >= 0 && position < count)) throw new RangeError('no such segment');
  const plainOffset = position * plain;
  const plainLength = Math.min(plain, size - plainOffset);
  return { offset: header + position * segment, length: plainLength + overhead, plainOffset, plainLength, last: position === count - 1 };
}

export interface SegmentRange {
  /** Segments from `first` up to `end` (exclusive). */
  readonly first: number;
  readonly end: number;
  /** Their bytes in the blob, up to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Bytes of plaintext before the ones asked for in the first segment, and how many of them there are. */
  readonly skip: number;
  readonly length: number;
}

/** The segments that hold a range of plaintext, cut to what there is; undefined where that is nothing. */
export function segmentsOfRange(size: number, range: { readonly offset: number; readonly length: number }): SegmentRange | undefined {
  const offset = Math.max(0, range.offset);
  const behind = Math.min(size, range.offset + range.length);
  if (behind <= offset) return undefined;
  const first = Math.floor(offset / plain);
  const end = Math.ceil(behind / plain);
  const last = placeOfSegment(size, end - 1);
  return {
    first,
    end,
    from: header + first * segment,
    to: last.offset + last.length,
    skip: offset - first * plain,
    length: behind - offset,
  };
}
