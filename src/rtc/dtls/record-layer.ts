import { PacketIndexes } from '../packet-indexes.ts';
import type { RecordCipher } from './record-cipher.ts';
import { type DtlsRecord, readRecords, writeRecord } from './records.ts';

/** A record that was opened. */
export interface OpenRecord {
  readonly type: number;
  /** In the clear, or sealed by the peer. */
  readonly sealed: boolean;
  readonly payload: Buffer;
}

/** Numbers, seals and opens records; there are two epochs and no third one: nobody renegotiates here. */
export interface RecordLayer {
  /**
   * Yields what can be read of a datagram, each record once. One after the other: what a record says may be what the next one is
   * opened with.
   */
  read(datagram: Uint8Array): Iterable<OpenRecord>;
  write(type: number, sealed: boolean, payload: Buffer): Buffer;
  useCiphers(ciphers: { readonly ours: RecordCipher; readonly theirs: RecordCipher }): void;
}

export function createRecordLayer(): RecordLayer {
  const written: [clear: number, sealed: number] = [0, 0];
  const seen = new PacketIndexes();
  let ciphers: { readonly ours: RecordCipher; readonly theirs: RecordCipher } | undefined;

  function open(record: DtlsRecord): OpenRecord | undefined {
    const { type, epoch, sequence, fragment } = record;
    if (epoch === 0) return { type, sealed: false, payload: fragment };
    if (epoch !== 1 || ciphers === undefined || !seen.isNew(sequence)) return undefined;
    const payload = ciphers.theirs.open(record);
    if (payload === undefined) return undefined;
    seen.add(sequence);
    return { type, sealed: true, payload };
  }

  return {
    *read(datagram) {
      for (const record of readRecords(datagram)) {
        const opened = open(record);
        if (opened !== undefined) yield opened;
      }
    },
    write(type, sealed, payload) {
      const epoch = sealed ? 1 : 0;
      const record: DtlsRecord = { type, epoch, sequence: written[epoch]++, fragment: payload };
      return writeRecord(sealed && ciphers !== undefined ? ciphers.ours.seal(record) : record);
    },
    useCiphers(given) {
      ciphers = given;
    },
  };
}
