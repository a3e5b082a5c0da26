import { ByteReader, uint } from './byte-reader.ts';
import type { RtcpPart } from './rtcp.ts';

/** How one stream arrives (RFC 3550 section 6.4.1). */
export interface ReceptionBlock {
  readonly ssrc: number;
  /** Of 256, since the last report. */
  readonly lostOf256: number;
  /** In all; below zero where packets came twice. */
  readonly lost: number;
  readonly highestSequence: number;
  /** In units of the stream's clock. */
  readonly jitter: number;
  /** The middle 32 bits of the last sender report's time, and what has gone by since in 1/65536 s. */
  readonly lastReport: number;
  readonly sinceLastReport: number;
}

export type RtcpReport =
  | {
      readonly kind: 'sender_report';
      readonly ssrc: number;
      /** 64 bits, 2^32 a second, since 1900. */
      readonly ntp: bigint;
      readonly timestamp: number;
      readonly packets: number;
      readonly bytes: number;
      readonly blocks: readonly ReceptionBlock[];
    }
  | { readonly kind: 'receiver_report'; readonly ssrc: number; readonly blocks: readonly ReceptionBlock[] }
  | { readonly kind: 'description'; readonly sources: readonly { readonly ssrc: number; readonly cname?: string }[] }
  | { readonly kind: 'bye'; readonly sources: readonly number[] };

const TYPES = { sender: 200, receiver: 201, description: 202, bye: 203 } as const;
const CNAME = 1;

export function readReport({ type, count, body }: RtcpPart): RtcpReport | undefined {
  const reader = new ByteReader(body);
  switch (type) {
    case TYPES.sender: {
      const ssrc = reader.uint(4);
      const ntp = (BigInt(reader.uint(4)) << 32n) | BigInt(reader.uint(4));
      const [timestamp, packets, bytes] = [reader.uint(4), reader.uint(4), reader.uint(4)];
      const blocks = readBlocks(reader, count);
      return reader.bad ? undefined : { kind: 'sender_report', ssrc, ntp, timestamp, packets, bytes, blocks };
    }
    case TYPES.receiver: {
      const ssrc = reader.uint(4);
      const blocks = readBlocks(reader, count);
      return reader.bad ? undefined : { kind: 'receiver_report', ssrc, blocks };
    }
    case TYPES.description:
      return readDescription(reader, count);
    case TYPES.bye: {
      const sources = Array.from({ length: count }, () => reader.uint(4));
      return reader.bad ? undefined : { kind: 'bye', sources };
    }
    default:
      return undefined;
  }
}

/** @returns undefined for what is no report */
export function writeReport(packet: RtcpReport): RtcpPart | undefined {
  switch (packet.kind) {
    case 'sender_report': {
      const { ssrc, ntp, timestamp, packets, bytes, blocks } = packet;
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(ntp);
      const body = Buffer.concat([uint(4, ssrc), time, uint(4, timestamp), uint(4, packets), uint(4, bytes), ...blocks.map(writeBlock)]);
      return { type: TYPES.sender, count: blocks.length, body };
    }
    case 'receiver_report': {
      const { ssrc, blocks } = packet;
      return { type: TYPES.receiver, count: blocks.length, body: Buffer.concat([uint(4, ssrc), ...blocks.map(writeBlock)]) };
    }
    case 'description':
      return { type: TYPES.description, count: packet.sources.length, body: Buffer.concat(packet.sources.map(writeSource)) };
    case 'bye':
      return { type: TYPES.bye, count: packet.sources.length, body: Buffer.concat(packet.sources.map((ssrc) => uint(4, ssrc))) };
    default:
      return undefined;
  }
}

const readBlocks = (reader: ByteReader, count: number): ReceptionBlock[] =>
  Array.from({ length: count }, () => ({
    ssrc: reader.uint(4),
    lostOf256: reader.uint(1),
    // 24 bits with a sign.
    lost: (reader.uint(3) << 8) >> 8,
    highestSequence: reader.uint(4),
    jitter: reader.uint(4),
    lastReport: reader.uint(4),
    sinceLastReport: reader.uint(4),
  }));

function writeBlock({ ssrc, lostOf256, lost, highestSequence, jitter, lastReport, sinceLastReport }: ReceptionBlock): Buffer {
  const held = Math.max(-0x800000, Math.min(0x7fffff, lost));
  return Buffer.concat([
    uint(4, ssrc),
    uint(1, lostOf256),
    uint(3, held & 0xffffff),
    ...[highestSequence, jitter, lastReport, sinceLastReport].map((value) => uint(4, value)),
  ]);
}

/** A chunk a source, items up to a zero, each chunk in whole words (RFC 3550 section 6.5). */
function readDescription(reader: ByteReader, count: number): RtcpReport | undefined {
  const sources: { ssrc: number; cname?: string }[] = [];
  for (let i = 0; i < count; i++) {
    const source: { ssrc: number; cname?: string } = { ssrc: reader.uint(4) };
    let length = 0;
    for (let item = reader.uint(1); item !== 0; item = reader.uint(1)) {
      const text = reader.vector(1);
      if (item === CNAME) source.cname ??= text.toString('utf8');
      length += 2 + text.length;
    }
    reader.bytes(3 - (length % 4));
    if (reader.bad) return undefined;
    sources.push(source);
  }
  return { kind: 'description', sources };
}

function writeSource({ ssrc, cname }: { readonly ssrc: number; readonly cname?: string }): Buffer {
  const text = cname === undefined ? undefined : Buffer.from(cname);
  const items = text === undefined ? Buffer.alloc(0) : Buffer.concat([uint(1, CNAME), uint(1, text.length), text]);
  // One zero at least.
  return Buffer.concat([uint(4, ssrc), items], 4 + 4 * (Math.floor(items.length / 4) + 1));
}
