import { SEALED_FILE } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { placeOfSegment, sealedSize } from './sealed-size.ts';

/** Cuts the bytes of a blob, as they come, into its header and segments. */
export interface SegmentCutter {
  /**
   * What is complete now, in order. A segment that came in one piece is a view of it; of one that came in several, the memory is used again: it must be
   * opened before the next is asked for. @throws CodedError `file_damaged` where more comes than there should be
   */
  push(piece: Uint8Array): Iterable<CutPiece>;
  /** How many bytes are still to come. */
  readonly missing: number;
}

export type CutPiece =
  | { readonly kind: 'header'; readonly bytes: Uint8Array }
  | { readonly kind: 'segment'; readonly position: number; readonly bytes: Uint8Array; readonly last: boolean };

/** @param size bytes of plaintext in all @param position the first segment to come; with `header`, the header comes before it */
export function createSegmentCutter(size: number, position: number, header: boolean, end = sealedSize(size)): SegmentCutter {
  let next = position;
  let awaitsHeader = header;
  let missing = end - (header ? 0 : placeOfSegment(size, position).offset);
  const gathered = new Uint8Array(Math.max(SEALED_FILE.header, Math.min(SEALED_FILE.segment, missing)));
  let filled = 0;

  const wanted = () => (awaitsHeader ? SEALED_FILE.header : placeOfSegment(size, next).plainLength + SEALED_FILE.overhead);

  function cut(bytes: Uint8Array): CutPiece {
    missing -= bytes.length;
    if (awaitsHeader) {
      awaitsHeader = false;
      return { kind: 'header', bytes: Uint8Array.from(bytes) };
    }
    const { last } = placeOfSegment(size, next);
    return { kind: 'segment', position: next++, bytes, last };
  }

  return {
    *push(piece) {
      if (piece.length > missing - filled) throw new CodedError('file_damaged');
      let rest = piece;
      while (rest.length > 0) {
        const length = wanted();
        if (filled === 0 && rest.length >= length) {
          const whole = rest.subarray(0, length);
          rest = rest.subarray(length);
          yield cut(whole);
          continue;
        }
        const part = rest.subarray(0, length - filled);
        gathered.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
        if (filled < length) return;
        filled = 0;
        yield cut(gathered.subarray(0, length));
      }
    },
    get missing() {
      return missing - filled;
    },
  };
}
