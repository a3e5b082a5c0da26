import { CodedError } from '../../protocol/index.ts';

/** Reads the little CBOR (RFC 8949) that a folder's index is made of, one value after the other. Whatever else is there: `folder_damaged`. */
export interface IndexReader {
  /** The length of an array whose values follow. */
  arrayOf(): number;
  text(): string;
  uint(): number;
  /** Where the next value begins. */
  position(): number;
  /** Something was to be read that goes on behind the last byte. */
  ranOut(): boolean;
}

const UINT = 0;
const TEXT = 3;
const ARRAY = 4;

export function createIndexReader(bytes: Uint8Array): IndexReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // A file's name may begin with what a decoder would take for its own mark.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let at = 0;
  let short = false;

  function take(count: number): number {
    if (count > bytes.length - at) {
      short = true;
      throw damaged();
    }
    at += count;
    return at - count;
  }

  /** RFC 8949 section 3: what it is and its number, of definite length. */
  function head(wanted: number): number {
    const first = view.getUint8(take(1));
    if (first >> 5 !== wanted) throw damaged();
    const info = first & 31;
    if (info < 24) return info;
    if (info === 24) return view.getUint8(take(1));
    if (info === 25) return view.getUint16(take(2));
    if (info === 26) return view.getUint32(take(4));
    if (info !== 27) throw damaged();
    const number = Number(view.getBigUint64(take(8)));
    if (!Number.isSafeInteger(number)) throw damaged();
    return number;
  }

  return {
    arrayOf: () => head(ARRAY),
    uint: () => head(UINT),
    text: () => {
      const length = head(TEXT);
      const from = take(length);
      try {
        return decoder.decode(bytes.subarray(from, from + length));
      } catch {
        throw damaged();
      }
    },
    position: () => at,
    ranOut: () => short,
  };
}

const damaged = () => new CodedError('folder_damaged');
