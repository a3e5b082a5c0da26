/** A blob as the relay knows it: whose it is and how much of it is there. Never a name, a type or a key. */
export interface Blob {
  /** 16 bytes in hex, as room and device are in hex. */
  readonly id: string;
  readonly room: string;
  /** The device that made it. */
  readonly device: string;
  /** Bytes of the whole; null while its maker does not know. */
  readonly length: number | null;
  /** Bytes that are there to stay. */
  readonly offset: number;
  /** When it was made, and when bytes came last: ms of the relay's clock. */
  readonly made: number;
  readonly touched: number;
  /** A message names it, as far as the relay was told. */
  readonly kept: boolean;
}

export const isWhole = ({ length, offset }: Blob): boolean => length === offset;

/**
 * Sealed files of any size. Engines: a folder on disk, memory. The suite is test/contracts/blob-store.ts. What an engine cannot do because its
 * disk is full it rejects with CodedError `relay_storage_full`, what it cannot do otherwise with `storage_failed`.
 */
export interface BlobStore {
  /** All there are, in no order; may leave out and may hold what comes and goes meanwhile. */
  list(): AsyncIterable<Blob>;
  find(id: string): Promise<Blob | undefined>;
  /** Makes an empty one. */
  create(blob: Blob): Promise<void>;
  /** Goes on where `offset` says. At most one writer of a blob at a time: that is for the caller to see to. */
  append(id: string): Promise<BlobWriter>;
  read(id: string): Promise<BlobReader>;
  /** Remembers that a message names it. */
  keep(id: string): Promise<void>;
  /** Removing what is not there is no error. Those who are reading it read on. */
  remove(id: string): Promise<void>;
}

export interface BlobWriter {
  /** Behind what was given so far, which need not be written yet. The bytes must not change until it resolves. */
  write(pieces: readonly Uint8Array[]): Promise<void>;
  /** Starts bringing what was written to the disk, so that `commit` has less to wait for. */
  flush(): void;
  /**
   * Resolves when all that was given before is there to stay, over a power cut too; until then none of it counts.
   * @param length of the whole, as it is known now
   */
  commit(length: number | null, now: number): Promise<Blob>;
  /** What was not committed is gone. */
  close(): Promise<void>;
}

export interface BlobReader {
  /** Fills `target` from `position` on. @returns how many bytes; fewer only at the end */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}
