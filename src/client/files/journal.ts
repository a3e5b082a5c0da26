import { decode, encode } from 'cborg';
import type { Store } from '../ports.ts';
import { createSerialQueue } from '../room/queue.ts';
import { keys } from '../room/records.ts';
import type { DownloadRecord } from './download-steps.ts';
import type { UploadRecord } from './upload-steps.ts';

export type TransferRecord = UploadRecord | DownloadRecord;
export type Changes = ReadonlyMap<string, Uint8Array | null>;

export const encodeTransfer = (record: TransferRecord): Uint8Array => encode(record);
export const decodeTransfer = (bytes: Uint8Array): TransferRecord => decode(bytes) as TransferRecord;

/** A transfer as it is stored. Writes go one after the other, and each writes the newest. */
export interface Journal<R extends TransferRecord> {
  readonly record: R;
  /** Resolves when it, and `more` with it, is on disk. */
  update(next: R, more?: Changes): Promise<void>;
  /** To be stored with the next update. */
  note(next: R): void;
  /** Nothing else is written until `step` has stored it in a transaction of its own. */
  exclusive(step: () => Promise<void>): Promise<void>;
  /** The transfer is over: from here on nothing of it is stored. */
  end(more?: Changes): Promise<void>;
  readonly ended: boolean;
}

export function createJournal<R extends TransferRecord>(store: Store, first: R): Journal<R> {
  const queue = createSerialQueue();
  const key = keys.transfer(first.id);
  let record = first;
  let ended = false;
  return {
    get record() {
      return record;
    },
    get ended() {
      return ended;
    },
    update(next, more) {
      record = next;
      return queue.run(async () => {
        const changes = new Map(more);
        if (!ended) changes.set(key, encodeTransfer(record));
        if (changes.size > 0) await store.write(changes);
      });
    },
    note: (next) => void (record = next),
    exclusive: (step) => queue.run(step),
    end(more) {
      ended = true;
      return queue.run(() => store.write(new Map([...(more ?? []), [key, null]])));
    },
  };
}
