import { ByteReader, uint } from './byte-reader.ts';
import type { RtcpPart } from './rtcp.ts';
import { readArrivals, type TransportFeedback, writeArrivals } from './transport-feedback.ts';

/** What a receiver asks of a sender, or tells it. `sender` is who speaks, `media` the stream that it is about. */
export type RtcpFeedback =
  /** These are missing (RFC 4585 section 6.2.1); in the order in which they were sent. */
  | { readonly kind: 'nack'; readonly sender: number; readonly media: number; readonly sequences: readonly number[] }
  /** A key frame, please (section 6.3.1). */
  | { readonly kind: 'pli'; readonly sender: number; readonly media: number }
  /** The same, numbered (RFC 5104 section 4.3.1). */
  | { readonly kind: 'fir'; readonly sender: number; readonly requests: readonly { readonly ssrc: number; readonly sequence: number }[] }
  /** No more than this, in bits a second (draft-alvestrand-rmcat-remb-03). */
  | { readonly kind: 'remb'; readonly sender: number; readonly bitrate: number; readonly sources: readonly number[] }
  | TransportFeedback;

const TRANSPORT = 205;
const PAYLOAD = 206;
const FORMATS = { nack: 1, transport: 15, pli: 1, fir: 4, remb: 15 } as const;
const REMB = Buffer.from('REMB');

export function readFeedback({ type, count: format, body }: RtcpPart): RtcpFeedback | undefined {
  if (type !== TRANSPORT && type !== PAYLOAD) return undefined;
  const reader = new ByteReader(body);
  const [sender, media] = [reader.uint(4), reader.uint(4)];
  if (reader.bad) return undefined;
  if (type === TRANSPORT) {
    if (format === FORMATS.nack) return { kind: 'nack', sender, media, sequences: readLost(reader) };
    return format === FORMATS.transport ? readArrivals(sender, media, reader) : undefined;
  }
  if (format === FORMATS.pli) return { kind: 'pli', sender, media };
  if (format === FORMATS.fir) {
    const requests: { ssrc: number; sequence: number }[] = [];
    while (reader.left >= 8) requests.push({ ssrc: reader.uint(4), sequence: reader.uint(4) >>> 24 });
    return { kind: 'fir', sender, requests };
  }
  return format === FORMATS.remb ? readRemb(sender, reader) : undefined;
}

export function writeFeedback(packet: RtcpFeedback): RtcpPart {
  const about = (media: number, ...rest: readonly Buffer[]) => Buffer.concat([uint(4, packet.sender), uint(4, media), ...rest]);
  switch (packet.kind) {
    case 'nack':
      return { type: TRANSPORT, count: FORMATS.nack, body: about(packet.media, writeLost(packet.sequences)) };
    case 'transport':
      return { type: TRANSPORT, count: FORMATS.transport, body: about(packet.media, writeArrivals(packet)) };
    case 'pli':
      return { type: PAYLOAD, count: FORMATS.pli, body: about(packet.media) };
    case 'fir': {
      const requests = packet.requests.flatMap(({ ssrc, sequence }) => [uint(4, ssrc), uint(4, (sequence << 24) >>> 0)]);
      return { type: PAYLOAD, count: FORMATS.fir, body: about(0, ...requests) };
    }
    case 'remb':
      return { type: PAYLOAD, count: FORMATS.remb, body: about(0, writeRemb(packet.bitrate, packet.sources)) };
  }
}

/** A number, and a bit for each of the sixteen behind it. */
function readLost(reader: ByteReader): number[] {
  const sequences: number[] = [];
  while (reader.left >= 4) {
    const first = reader.uint(2);
    const behind = reader.uint(2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit++) if ((behind >> bit) & 1) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

function writeLost(sequences: readonly number[]): Buffer {
  const words: Buffer[] = [];
  for (let i = 0; i < sequences.length;) {
    const first = sequences[i++] as number;
    let behind = 0;
    for (; i < sequences.length; i++) {
      const distance = ((sequences[i] as number) - first) & 0xffff;
      if (distance < 1 || distance > 16) break;
      behind |= 1 << (distance - 1);
    }
    words.push(uint(2, first & 0xffff), uint(2, behind));
  }
  return Buffer.concat(words);
}

function readRemb(sender: number, reader: ByteReader): RtcpFeedback | undefined {
  if (!reader.bytes(4).equals(REMB)) return undefined;
  const count = reader.uint(1);
  const word = reader.uint(3);
  // Six bits by which eighteen are shifted: more than any network has, and still a number.
  const bitrate = (word & 0x3ffff) * 2 ** (word >> 18);
  const sources = Array.from({ length: count }, () => reader.uint(4));
  return reader.bad ? undefined : { kind: 'remb', sender, bitrate, sources };
}

function writeRemb(bitrate: number, sources: readonly number[]): Buffer {
  let exponent = 0;
  while (bitrate / 2 ** exponent >= 2 ** 18) exponent += 1;
  const word = exponent * 2 ** 18 + Math.floor(bitrate / 2 ** exponent);
  return Buffer.concat([REMB, uint(1, sources.length), uint(3, word), ...sources.map((ssrc) => uint(4, ssrc))]);
}
