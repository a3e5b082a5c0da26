/**
 * Where the relay keeps its rooms. The engines know nothing of what they store but its numbers: entries and records are
 * bytes that `room-state.ts` reads. test/contracts/room-log.ts is the suite that every engine passes.
 */
export interface RoomLog {
  /** Every room there is, with what is needed to go on writing to it. */
  rooms(): Promise<readonly StoredRoom[]>;
  /** Entries `after` + 1 … `bounds.until`, in order; cut short after `bounds.entries`, or before `bounds.bytes` are passed, but never empty without reason. */
  read(room: Uint8Array, after: number, bounds: ReadBounds): Promise<Uint8Array[]>;
  /** For each key the number under which it was stored, or undefined. */
  locate(keys: readonly EntryKey[]): Promise<Array<number | undefined>>;
  /** The room's sealed GroupInfo. */
  info(room: Uint8Array): Promise<Uint8Array | undefined>;
  /** The Welcome that waits for a device. */
  welcome(room: Uint8Array, device: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * All of it or nothing; on disk when it resolves. Rejects with CodedError `conflict`, and writes nothing, where a
   * room's entries do not go on from its last number: somebody else wrote, and going on would fork the log.
   */
  write(writes: readonly RoomWrite[]): Promise<void>;
}

export interface StoredRoom {
  readonly room: Uint8Array;
  readonly record: Uint8Array;
  /** Number and bytes of the last entry; 0 and undefined while there is none. */
  readonly seq: number;
  readonly last: Uint8Array | undefined;
}

export interface ReadBounds {
  readonly until: number;
  readonly entries: number;
  readonly bytes: number;
}

/** What makes sending twice store once. */
export interface EntryKey {
  readonly room: Uint8Array;
  readonly device: Uint8Array;
  readonly id: Uint8Array;
}

/** What one transaction changes in one room; a room appears at most once in a write. */
export interface RoomWrite {
  readonly room: Uint8Array;
  readonly entries: readonly NewEntry[];
  /** Replaces the record; needed with the first write of a room. */
  readonly record?: Uint8Array;
  /** Replaces the sealed GroupInfo; null drops it. */
  readonly info?: Uint8Array | null;
  /** Each replaces the Welcome that waits for the device; null drops it. */
  readonly welcomes?: ReadonlyArray<{ readonly device: Uint8Array; readonly bytes: Uint8Array | null }>;
}

export interface NewEntry {
  readonly seq: number;
  readonly device: Uint8Array;
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}
