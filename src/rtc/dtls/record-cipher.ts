import { createCipheriv, createDecipheriv } from 'node:crypto';
import { uint } from '../byte-reader.ts';
import { type DtlsRecord, VERSION } from './records.ts';

const TAG = 16;
const EXPLICIT = 8;

/** What one direction's records are sealed with from epoch 1 on: AES-128-GCM as TLS 1.2 has it (RFC 5288). */
export interface RecordCipher {
  seal(record: DtlsRecord): DtlsRecord;
  /** @returns what was inside; undefined for what is not authentic */
  open(record: DtlsRecord): Buffer | undefined;
}

/** @param salt four bytes, the part of the nonce that does not travel */
export function createRecordCipher(key: Buffer, salt: Buffer): RecordCipher {
  return {
    seal(record) {
      const explicit = numberOf(record);
      const cipher = createCipheriv('aes-128-gcm', key, Buffer.concat([salt, explicit]));
      cipher.setAAD(besides(record, record.fragment.length));
      const sealed = Buffer.concat([explicit, cipher.update(record.fragment), cipher.final(), cipher.getAuthTag()]);
      return { ...record, fragment: sealed };
    },
    open(record) {
      const { fragment } = record;
      const end = fragment.length - TAG;
      if (end < EXPLICIT) return undefined;
      const decipher = createDecipheriv('aes-128-gcm', key, Buffer.concat([salt, fragment.subarray(0, EXPLICIT)]), { authTagLength: TAG });
      decipher.setAAD(besides(record, end - EXPLICIT));
      decipher.setAuthTag(fragment.subarray(end));
      const opened = decipher.update(fragment.subarray(EXPLICIT, end));
      try {
        decipher.final();
        return opened;
      } catch {
        return undefined;
      }
    },
  };
}

/** Never twice under one key: record numbers only go up. */
const numberOf = ({ epoch, sequence }: DtlsRecord) => Buffer.concat([uint(2, epoch), uint(6, sequence)]);

const besides = (record: DtlsRecord, length: number) =>
  Buffer.concat([numberOf(record), uint(1, record.type), uint(2, VERSION), uint(2, length)]);
