import { SocketAddress } from 'node:net';

/** As much of DNS (RFC 1035, RFC 2782, RFC 3596) as finding a service on the local link takes. */
export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly questions: readonly DnsQuestion[];
  /** Answers and additional records alike: a browser of services needs both. */
  readonly records: readonly DnsRecord[];
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  /** Asks for an answer to itself alone (RFC 6762 section 5.4). */
  readonly unicast: boolean;
}

export type DnsRecord = { readonly name: string; /** Seconds; 0 takes the record back. */ readonly ttl: number } & (
  | { readonly type: 'PTR'; readonly target: string }
  | { readonly type: 'SRV'; readonly port: number; readonly target: string }
  | { readonly type: 'TXT'; readonly entries: readonly string[] }
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
);

export const TYPES = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const;

/** Largest message that is looked at (RFC 6762 section 17), and how much in it: what comes is from anybody on the network. */
const LARGEST = 9_000;
const QUESTIONS = 32;
const RECORDS = 64;
const NAME_BYTES = 255;

const IN = 1;
/** In a record: replaces what was known. In a question: answer me alone. */
const TOP_BIT = 0x8000;
const RESPONSE = 0x8400;

export function encodeMessage({ id, response, questions, records }: DnsMessage): Uint8Array {
  const head = words(id, response ? RESPONSE : 0, questions.length, records.length, 0, 0);
  const asked = questions.flatMap(({ name, type, unicast }) => [encodeName(name), words(type, unicast ? IN | TOP_BIT : IN)]);
  const told = records.flatMap((record) => {
    const data = encodeData(record);
    // Pointers are shared by many; everything else is ours alone.
    const kind = record.type === 'PTR' ? IN : IN | TOP_BIT;
    return [encodeName(record.name), words(TYPES[record.type], kind, 0, record.ttl, data.length), data];
  });
  return new Uint8Array(Buffer.concat([head, ...asked, ...told]));
}

/** @returns undefined for what is no DNS message, or one of a size that nobody needs */
export function decodeMessage(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length > LARGEST) return undefined;
  try {
    return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    // Beyond the end of the message, or a name that has none.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(bytes: Buffer): DnsMessage {
  const questionCount = bytes.readUInt16BE(4);
  const recordCount = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  if (questionCount > QUESTIONS || recordCount > RECORDS) throw new RangeError('more than anybody needs');
  let at = 12;
  const name = (): string => {
    const found = decodeName(bytes, at);
    at = found.end;
    return found.name;
  };
  const word = (): number => bytes.readUInt16BE((at += 2) - 2);
  const questions = Array.from({ length: questionCount }, (): DnsQuestion => ({ name: name(), type: word(), unicast: word() >= TOP_BIT }));
  const records: DnsRecord[] = [];
  for (let i = 0; i < recordCount; i++) {
    const owner = name();
    const type = word();
    word();
    const ttl = bytes.readUInt32BE((at += 4) - 4);
    const length = word();
    if (at + length > bytes.length) throw new RangeError('a record without end');
    const record = decodeData(bytes, at, length, type);
    if (record) records.push({ name: owner, ttl, ...record });
    at += length;
  }
  return { id: bytes.readUInt16BE(0), response: (bytes.readUInt16BE(2) & 0x8000) !== 0, questions, records };
}

type Data<R> = R extends DnsRecord ? Omit<R, 'name' | 'ttl'> : never;

/** @returns undefined for kinds of records that are not ours */
function decodeData(bytes: Buffer, at: number, length: number, type: number): Data<DnsRecord> | undefined {
  switch (type) {
    case TYPES.PTR:
      return { type: 'PTR', target: decodeName(bytes, at).name };
    case TYPES.SRV:
      return { type: 'SRV', port: bytes.readUInt16BE(at + 4), target: decodeName(bytes, at + 6).name };
    case TYPES.A:
      return length === 4 ? { type: 'A', address: bytes.subarray(at, at + 4).join('.') } : undefined;
    case TYPES.AAAA: {
      if (length !== 16) return undefined;
      const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(at + 2 * i).toString(16));
      return { type: 'AAAA', address: new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address };
    }
    case TYPES.TXT: {
      const entries: string[] = [];
      for (let next = at; next < at + length;) {
        const size = bytes.readUInt8(next);
        entries.push(bytes.subarray(next + 1, Math.min(next + 1 + size, at + length)).toString('utf8'));
        next += 1 + size;
      }
      return { type: 'TXT', entries };
    }
    default:
      return undefined;
  }
}

function encodeData(record: DnsRecord): Uint8Array {
  switch (record.type) {
    case 'PTR':
      return encodeName(record.target);
    case 'SRV':
      return Buffer.concat([words(0, 0, record.port), encodeName(record.target)]);
    case 'TXT':
      return Buffer.concat(record.entries.map((entry) => prefixed(entry)));
    case 'A':
      return Uint8Array.from(record.address.split('.'), Number);
    case 'AAAA': {
      const [before = [], after = []] = record.address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
      const filled = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
      return words(...filled.map((group) => Number.parseInt(group, 16)));
    }
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16BE(value & 0xffff, 2 * i));
  return bytes;
}

/** A text behind its length, cut to the 63 bytes of a label or the 255 of an entry. */
function prefixed(text: string, most = NAME_BYTES): Buffer {
  const bytes = Buffer.from(text).subarray(0, most);
  return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => prefixed(label, 63)), Uint8Array.of(0)]);
}

/** Pointers lead backwards alone, so that none can lead round in a circle. A dot inside a label is none of ours: it shows as a backslash. */
function decodeName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end = -1;
  let floor = start;
  for (let size = 0; ;) {
    const length = bytes.readUInt8(at);
    if (length === 0) return { name: labels.join('.'), end: end < 0 ? at + 1 : end };
    if (length >= 0xc0) {
      const target = bytes.readUInt16BE(at) & 0x3fff;
      if (end < 0) end = at + 2;
      if (target >= floor) throw new RangeError('a pointer forwards');
      floor = target;
      at = target;
      continue;
    }
    size += length + 1;
    if (length > 63 || size > NAME_BYTES || at + 1 + length > bytes.length) throw new RangeError('a name without end');
    labels.push(bytes.toString('utf8', at + 1, at + 1 + length).replaceAll('.', '\\'));
    at += 1 + length;
  }
}
