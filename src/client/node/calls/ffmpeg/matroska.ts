/*
 * Matroska (RFC 9559), as much of it as one stream in a pipe needs. It is what ffmpeg reads from us: unlike raw bytes it carries the time of each
 * frame, and unlike Ogg it needs no look ahead.
 */

/** What comes: pictures as they are (I420) or as VP8, or Opus. */
export type Track =
  | { readonly codec: 'raw' | 'vp8'; readonly width: number; readonly height: number }
  | { readonly codec: 'opus'; readonly channels: 1 | 2 };

/** The beginning; clusters follow. */
export function beginMatroska(track: Track): Buffer {
  return Buffer.concat([
    element('1a45dfa3', element('4282', text('matroska')), element('4287', number(4)), element('4285', number(2))),
    hex('18538067'),
    UNKNOWN_LENGTH,
    element('1549a966', element('2ad7b1', number(1_000_000)), element('4d80', text('c')), element('5741', text('c'))),
    element('1654ae6b', element('ae', element('d7', number(1)), element('73c5', number(1)), element('9c', number(0)), ...describe(track))),
  ]);
}

/** One frame, in a cluster of its own. @param time in ms */
export const writeFrame = (time: number, frame: Uint8Array): Buffer =>
  element('1f43b675', element('e7', number(time)), element('a3', BLOCK, frame));

const hex = (digits: string) => Buffer.from(digits, 'hex');
const text = (words: string) => Buffer.from(words, 'latin1');
const UNKNOWN_LENGTH = hex('01ffffffffffffff');
/** Of track 1, at the cluster's time, to be shown by itself. */
const BLOCK = hex('81000080');

function describe(track: Track): Buffer[] {
  if (track.codec === 'opus') {
    // RFC 7845 section 5.1: version, channels, nothing to skip, 48 kHz, no gain, one stream.
    const head = Buffer.concat([text('OpusHead'), Buffer.from([1, track.channels, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0])]);
    const rate = Buffer.alloc(8);
    rate.writeDoubleBE(48_000);
    return [
      element('83', number(2)),
      element('86', text('A_OPUS')),
      element('63a2', head),
      element('e1', element('b5', rate), element('9f', number(track.channels))),
    ];
  }
  const { codec, width, height } = track;
  const size = [element('b0', number(width)), element('ba', number(height))];
  if (codec === 'vp8') return [element('83', number(1)), element('86', text('V_VP8')), element('e0', ...size)];
  return [element('83', number(1)), element('86', text('V_UNCOMPRESSED')), element('e0', ...size, element('2eb524', text('I420')))];
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
}

/** An id, the length in four bytes, what is in it. */
function element(id: string, ...parts: readonly Uint8Array[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(0x10000000 | parts.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([hex(id), length, ...parts]);
}
