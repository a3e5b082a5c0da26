import { type FileSealer, SEALED_FILE } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { chainSegment } from './chain.ts';
import type { FileSource } from './ports.ts';
import { segmentCount } from './sealed-size.ts';
import type { SealedPoint } from './upload-steps.ts';

/** What one request carries. */
export interface SealedPart {
  readonly from: SealedPoint;
  readonly to: SealedPoint;
  readonly pieces: readonly Uint8Array[];
}

/** Reads a source and seals it, part after part. */
export interface PartSealer {
  /**
   * To be asked for one part at a time; after the last one no more. The memory of a part is used again for the one after the next.
   * Rejects with the faults of a source.
   */
  next(): Promise<SealedPart>;
}

/** Segments that are read at once: 2 MiB. */
const READ = 8;

/** @param segments of each part but the last, and `first` of the first one. The header goes with the beginning. */
export function createPartSealer(
  source: FileSource,
  sealer: FileSealer,
  begin: SealedPoint,
  { segments, first = segments, signal }: { readonly segments: number; readonly first?: number; readonly signal: AbortSignal },
): PartSealer {
  const { plain: full } = SEALED_FILE;
  let at = begin;
  /** Where the part that is being sealed begins. */
  let partBegin = 0;
  const memories = createMemories(Math.min(segments, source.size === null ? Infinity : segmentCount(source.size) - begin.plain / full));
  /** Read, and not sealed yet: segments in order. */
  const waiting: Uint8Array[] = [];
  let readTo = begin.plain;
  let ended = source.size !== null && readTo >= source.size;
  /** Begun before it is needed: the disk works while the processor seals. */
  let reading: { readonly asked: number; readonly bytes: Promise<Uint8Array> } | null = null;

  function read(): NonNullable<typeof reading> {
    const asked = Math.min(READ * full, source.size === null ? Infinity : source.size - readTo);
    const bytes = source.read(readTo, asked, signal);
    // Who asked for it may have gone meanwhile.
    bytes.catch(() => {});
    return { asked, bytes };
  }

  async function fill(): Promise<void> {
    const { asked, bytes } = (reading ??= read());
    const piece = await bytes;
    reading = null;
    if (piece.length > asked || (source.size !== null && piece.length < asked)) throw new CodedError('source_changed');
    readTo += piece.length;
    for (let i = 0; i < piece.length; i += full) waiting.push(piece.subarray(i, i + full));
    ended = source.size === null ? piece.length < asked : readTo >= source.size;
  }

  async function seal(plains: readonly Uint8Array[], lastOne: boolean, memory: Uint8Array): Promise<void> {
    let position = at.plain / full;
    let filled = at.offset - partBegin;
    const sealing = plains.map((plain, i) => {
      const target = memory.subarray(filled, (filled += plain.length + SEALED_FILE.overhead));
      return sealer.seal(position++, plain, lastOne && i === plains.length - 1, target);
    });
    // An engine that seals at once is not made to wait for turns of the event loop.
    const slow = sealing.some((one) => one instanceof Promise);
    const sealed = slow ? await Promise.all(sealing.map(async (one) => one)) : (sealing as Uint8Array[]);
    let { offset, plain, chain } = at;
    for (const [i, segment] of sealed.entries()) {
      chain = chainSegment(chain, segment);
      offset += segment.length;
      plain += (plains[i] as Uint8Array).length;
    }
    at = { offset, plain, chain, last: lastOne };
  }

  return {
    async next() {
      const from = at;
      const memory = memories.next();
      partBegin = from.offset;
      if (from.offset === 0) {
        memory.set(sealer.header);
        at = { ...at, offset: sealer.header.length };
      }
      for (let left = from === begin ? first : segments; left > 0 && !at.last;) {
        // Of a pipe one segment is kept back: whether it is the last shows when nothing follows.
        const held = () => (ended || source.size !== null ? 0 : 1);
        while (!ended && waiting.length <= held()) await fill();
        if (!ended) reading ??= read();
        const now = waiting.splice(0, Math.min(left, waiting.length - held()));
        // A file of nothing has one segment of nothing.
        if (now.length === 0) now.push(new Uint8Array(0));
        await seal(now, ended && waiting.length === 0, memory);
        left -= now.length;
      }
      await source.check();
      return { from, to: at, pieces: cut(memory.subarray(0, at.offset - from.offset)) };
    },
  };
}

/** Bytes that are handed to the transport at once. */
const PIECE = 512 * 1024;

function cut(part: Uint8Array): Uint8Array[] {
  const pieces = [];
  for (let at = 0; at < part.length; at += PIECE) pieces.push(part.subarray(at, at + PIECE));
  return pieces;
}

/**
 * The memory of two parts, in turn: one travels while the next is sealed. New memory for each segment would keep the garbage collector busy for as long
 * as the sealing itself takes.
 */
function createMemories(segments: number): { next(): Uint8Array } {
  const size = SEALED_FILE.header + segments * SEALED_FILE.segment;
  const memories: Uint8Array[] = [];
  let turn = 0;
  return {
    next() {
      turn = 1 - turn;
      return (memories[turn] ??= new Uint8Array(size));
    },
  };
}
