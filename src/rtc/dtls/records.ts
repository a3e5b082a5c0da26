import { ByteReader, uint } from '../byte-reader.ts';

/** A record of DTLS 1.2 (RFC 6347 section 4.1); its fragment is sealed from epoch 1 on. */
export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly fragment: Buffer;
}

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
export const VERSION = 0xfefd;
/** The first hello is said in the older version's name. */
const OLDEST = 0xfeff;
const RECORD_HEADER = 13;
/** A flight has eight or so; a datagram of nothing but headers has a thousand. */
const MOST_RECORDS = 32;

/** The whole records at a datagram's beginning. */
export function readRecords(datagram: Uint8Array): DtlsRecord[] {
  const reader = new ByteReader(datagram);
  const records: DtlsRecord[] = [];
  while (reader.left >= RECORD_HEADER && records.length < MOST_RECORDS) {
    const type = reader.uint(1);
    const version = reader.uint(2);
    const epoch = reader.uint(2);
    const sequence = reader.uint(6);
    const fragment = reader.vector(2);
    if (reader.bad || (version !== VERSION && version !== OLDEST)) break;
    records.push({ type, epoch, sequence, fragment });
  }
  return records;
}

export function writeRecord({ type, epoch, sequence, fragment }: DtlsRecord): Buffer {
  return Buffer.concat([uint(1, type), uint(2, VERSION), uint(2, epoch), uint(6, sequence), uint(2, fragment.length), fragment]);
}
