import { decode, encode } from 'cborg';
import type { Store } from '../ports.ts';
import { createSerialQueue } from '../room/queue.ts';
import { keys } from '../room/records.ts';
import type { DownloadRecord } from './download-steps.ts';
import type { StoredEnd } from './ending.ts';
import type { UploadRecord } from './upload-steps.ts';

export type TransferRecord = UploadRecord | DownloadRecord;
export type Changes = ReadonlyMap<string, Uint8Array | null>;

export const encodeTransfer = (record: TransferRecord): Uint8Array => encode(record);
/** Reads a record as of any version. */
export function decodeTransfer(bytes: Uint8Array): TransferRecord {
  const record = decode(bytes) as TransferRecord;
  const ended = record.ended ?? null;
  // Neither was stored at first.
  return record.direction === 'up' ? { ...record, ended } : { ...record, ended, folder: record.folder ?? false };
}

/** A transfer as it is stored. Writes go one after the other, and each writes the newest. */
export interface Journal<R extends TransferRecord> {
  readonly record: R;
  /** Resolves when it, and `more` with it, is on disk. */
  update(next: R, more?: Changes): Promise<void>;
  /** To be stored with the next update. */
  note(next: R): void;
  /** Nothing else is written until `step` has stored it in a transaction of its own. */
  exclusive(step: () => Promise<void>): Promise<void>;
  /** The transfer is over: from here on this is all that is stored of it. */
  conclude(end: StoredEnd, more?: Changes): Promise<void>;
  /** Nothing of it is stored any more. */
  forget(): Promise<void>;
  readonly ended: boolean;
}

export function createJournal<R extends TransferRecord>(store: Store, first: R): Journal<R> {
  const queue = createSerialQueue();
  const key = keys.transfer(first.id);
  let record = first;
  let end = first.ended;
  return {
    get record() {
      return record;
    },
    get ended() {
      return end !== null;
    },
    update(next, more) {
      record = next;
      return queue.run(async () => {
        const changes = new Map(more);
        if (!end) changes.set(key, encodeTransfer(record));
        if (changes.size > 0) await store.write(changes);
      });
    },
    note: (next) => void (record = next),
    exclusive: (step) => queue.run(step),
    conclude(how, more) {
      end = how;
      return queue.run(() => store.write(new Map([...(more ?? []), [key, encodeTransfer({ ...record, ended: how })]])));
    },
    forget: () => queue.run(() => store.write(new Map([[key, null]]))),
  };
}
