import type { SegmentAead } from '../../crypto/index.ts';

/** What sending and fetching files asks of the platform. Suites in test/contracts. */

/** Where a file comes from: a file or folder on disk, a browser's File, a pipe. */
export interface FileSource {
  /** By what the platform opens it again after a restart; null where it cannot (a pipe, most browsers). */
  readonly place: string | null;
  readonly name: string;
  /** Media type; empty where the platform does not say. */
  readonly type: string;
  /** Bytes in all, of a folder with its index; null for a pipe, which ends when `read` gives less than it was asked for. */
  readonly size: number | null;
  readonly folder: { readonly files: number; readonly index: number } | null;
  /** Two sources with one stamp hold the same bytes, as far as can be told without reading them: size, time of change, identity. */
  readonly stamp: string;
  /**
   * Exactly `length` bytes, or those up to the end; their memory may be used again once two more reads were begun. Offsets come in order, and may go back by at most one part (`LIMITS.filePart`) but for a pipe.
   * Rejects with CodedError `source_changed`, `source_gone`, `source_unreadable`.
   */
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
  /** Rejects with `source_changed` where it is no longer what it was when it was opened. Asked after reading, before what was read counts. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Where a fetched file goes. Nothing stands under its final name before it is whole and verified. */
export interface FileSink {
  /** By what the platform opens it again after a restart, with what was written and synced; null where it cannot (a pipe). */
  readonly place: string | null;
  /** A pipe takes no bytes back: it is written as it is opened, segment by segment, and fails at its end where the whole was wrong. */
  readonly seekable: boolean;
  /** Begins at `offset`: what stands behind it is thrown away. Rejects with `target_gone` where there is less. */
  begin(offset: number): Promise<void>;
  /** Goes on where the last one ended; resolves when it may be given more, and the memory of these used again. Rejects with `target_full`, `target_not_writable`. */
  write(bytes: Uint8Array): Promise<void>;
  /** What was written is on disk. */
  sync(): Promise<void>;
  /** Gives it its final name, another one where that is taken. Resolves with what to call it to a person. */
  finish(): Promise<string>;
  /** Nothing more is to come: a write that waits for somebody else rejects now. Only where one may wait for long. */
  interrupt?(): void;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
  /** Keeps what is there for another time. */
  close(): Promise<void>;
}

/** Opens sources and sinks again after a restart. */
export interface FilePlaces {
  /** Rejects with `source_gone`, `source_unreadable`; undefined where this platform cannot. */
  openSource(place: string): Promise<FileSource | undefined>;
  /** Rejects with `target_gone`. */
  openSink(place: string): Promise<FileSink | undefined>;
}

/** What a request shows, and where it goes. */
export interface FileTicket {
  readonly ticket: Uint8Array;
  /** The relay's file port; 0: only its web port has files. */
  readonly port: number;
}

/**
 * The relay's blobs over HTTP (tus 1.0, PROTOCOL.md section 10). Ids are lower-case hex. Rejects with CodedErrors: those of the relay
 * (`unknown_file`, `wrong_offset`, `upload_busy`, `room_storage_full`, `device_storage_full`, `relay_storage_full`, `ticket_refused`,
 * `storage_failed`, `too_slow`), those of connecting (`offline`, `refused`, `timeout`, `wrong_key` …) and `cut` where a transfer broke off.
 */
export interface FileTransport {
  /** @param length bytes of the sealed blob, null while unknown */
  create(room: string, length: number | null, signal: AbortSignal): Promise<{ readonly blob: string }>;
  /** How much of it is on disk there. */
  offset(room: string, blob: string, signal: AbortSignal): Promise<{ readonly offset: number; readonly length: number | null }>;
  /**
   * Adds `pieces` at `offset`; resolves once they are on disk.
   * @param length of the whole, with the last part where it was unknown
   * @param onHandedOver called when the system has taken them, where the platform tells, else when it begins: while the relay writes there is time for other work
   */
  append(
    room: string,
    blob: string,
    offset: number,
    pieces: readonly Uint8Array[],
    length: number | null,
    signal: AbortSignal,
    onHandedOver?: () => void,
  ): Promise<void>;
  /**
   * Bytes of a whole blob from `from`, up to `to` (exclusive) or the end, in pieces of any size, the memory of each of which may be used again once the next
   * is asked for; reads on only as they are taken.
   */
  fetch(room: string, blob: string, from: number, to: number | null, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The message that names it is in the log: it is no orphan. */
  keep(room: string, blob: string, signal: AbortSignal): Promise<void>;
  /** Only by the device that made it. Removing what is not there is no error. */
  remove(room: string, blob: string, signal: AbortSignal): Promise<void>;
}

/** Makes the transport; the engine gives it tickets, a fresh one with `renew` after `ticket_refused`. */
export type MakeFileTransport = (
  ticketFor: (room: string, options: { readonly renew: boolean; readonly signal: AbortSignal }) => Promise<FileTicket>,
) => FileTransport;

/** What of the platform the engine needs for files. */
export interface FilePorts {
  readonly transport: MakeFileTransport;
  readonly places: FilePlaces;
  /** The default is WebCrypto. */
  readonly aead?: SegmentAead;
  /** Bytes of a sealed part, at most `LIMITS.filePart`; a browser takes less to hold less. */
  readonly part?: number;
}
