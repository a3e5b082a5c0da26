import { SEALED_FILE } from '../../crypto/index.ts';
import type { OpenedPoint } from './download-steps.ts';
import type { FileSink } from './ports.ts';

/** Gathers opened segments, and writes them in one piece while the next are opened. */
export interface SinkWriter {
  /** Where the next segment is opened to: at least `SEALED_FILE.plain` bytes, or all that are still to come. */
  readonly next: Uint8Array;
  /** The first `length` bytes of `next` are to be written. @returns what is to be waited for before more is put */
  put(length: number, upTo: OpenedPoint): Promise<void> | undefined;
  /** Writes what is gathered; resolves when all is written. */
  flush(): Promise<void>;
  /** Resolves when no write is under way, however it ended. What is gathered and not written is forgotten. */
  settled(): Promise<void>;
}

/** Segments that are written at once: 1 MiB. */
const GATHERED = 4;

/** @param size bytes to come, in all @param onWritten all up to there is written */
export function createSinkWriter(sink: FileSink, size: number, onWritten: (upTo: OpenedPoint) => void): SinkWriter {
  let left = size;
  /** One is written while the other is filled. New memory for each megabyte would wait long for the collector. */
  const memories: Uint8Array<ArrayBuffer>[] = [];
  let turn = 0;
  let buffer = new Uint8Array(0);
  let filled = 0;
  let at: OpenedPoint | null = null;
  let writing: Promise<void> | null = null;

  function nextMemory(): Uint8Array<ArrayBuffer> {
    turn = 1 - turn;
    return (memories[turn] ??= new Uint8Array(Math.min(GATHERED * SEALED_FILE.plain, left))).subarray(0, left);
  }

  /** One write is under way at a time; the one before it has failed loudly, or is done. */
  async function write(): Promise<void> {
    const [bytes, upTo] = [buffer.subarray(0, filled), at];
    buffer = new Uint8Array(0);
    filled = 0;
    await writing;
    if (!upTo) return;
    // A file of nothing.
    writing = (bytes.length > 0 ? sink.write(bytes) : Promise.resolve()).then(() => onWritten(upTo));
    writing.catch(() => {});
  }

  return {
    get next() {
      if (buffer.length === 0) buffer = nextMemory();
      return buffer.subarray(filled);
    },
    put(length, upTo) {
      filled += length;
      left -= length;
      at = upTo;
      return filled === buffer.length ? write() : undefined;
    },
    async flush() {
      if (filled > 0) await write();
      await writing;
    },
    async settled() {
      await writing?.catch(() => {});
    },
  };
}
