import { createFileOpener, type FileOpener, GroupError, SEALED_FILE, type SegmentAead } from '../../crypto/index.ts';
import { CodedError, equalBytes } from '../../protocol/index.ts';
import type { FolderEntry } from '../api.ts';
import { chainSegment, startChain } from './chain.ts';
import { decodeFolderIndex, FOLDER_LIMITS, folderIndexLength } from './folder-index.ts';
import type { FileSink } from './ports.ts';
import { placeOfSegment, plainSize, segmentCount } from './sealed-size.ts';

/** A blob as it lies at a relay. */
export interface SealedBlob {
  readonly length: number;
  /** Fills `target` with what stands at `offset`. */
  read(target: Uint8Array, offset: number): Promise<void>;
}

export interface BlobSecret {
  readonly key: Uint8Array;
  /** What the author sealed (see chain.ts); null: whoever has the key may have sealed it. */
  readonly hash: Uint8Array | null;
  readonly folder: boolean;
}

/** @param entries of a folder; null: a file */
export type MakeSink = (size: number, entries: readonly FolderEntry[] | null) => FileSink;

/** Segments that are read in one go: a MiB. */
const AT_ONCE = 4;

/**
 * Opens a whole blob by its key alone, without a relay, a room or a device, in constant memory. Nothing is left in the sink where anything is wrong.
 *
 * @returns what the sink calls the result
 * @throws CodedError `wrong_file_key`, `blob_damaged`, `folder_damaged`, and what blob and sink reject with
 */
export async function openBlob(
  blob: SealedBlob,
  secret: BlobSecret,
  makeSink: MakeSink,
  { aead, signal }: { readonly aead?: SegmentAead; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const size = plainSize(blob.length);
  if (size === undefined) throw damaged();
  const header = new Uint8Array(SEALED_FILE.header);
  await blob.read(header, 0);
  const segments = readSegments(blob, size, openHeader(secret.key, header, aead));
  const sink = makeSink(size, secret.folder ? await readIndex(segments, size) : null);
  try {
    await sink.begin(0);
    let chain = startChain(header);
    for await (const { sealed, plain } of segments()) {
      signal?.throwIfAborted();
      chain = chainSegment(chain, sealed);
      await sink.write(plain);
    }
    if (secret.hash && !equalBytes(chain, secret.hash)) throw damaged();
    return await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

function openHeader(key: Uint8Array, header: Uint8Array, aead: SegmentAead | undefined): FileOpener {
  try {
    return createFileOpener(key, header, aead ? { aead } : {});
  } catch (error) {
    throw error instanceof GroupError ? new CodedError('wrong_file_key') : error;
  }
}

/** Until the next is asked for. */
interface OpenedSegment {
  readonly sealed: Uint8Array;
  readonly plain: Uint8Array;
}

type Segments = () => AsyncGenerator<OpenedSegment>;

function readSegments(blob: SealedBlob, size: number, opener: FileOpener): Segments {
  return async function* segments() {
    const count = segmentCount(size);
    const memory = new Uint8Array(Math.min(AT_ONCE, count) * SEALED_FILE.segment);
    const target = new Uint8Array(Math.min(size, SEALED_FILE.plain));
    for (let first = 0; first < count; first += AT_ONCE) {
      const places = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => placeOfSegment(size, first + i));
      const start = (places[0] as { offset: number }).offset;
      const read = memory.subarray(
        0,
        places.reduce((sum, { length }) => sum + length, 0),
      );
      await blob.read(read, start);
      for (const [i, { offset, length, last }] of places.entries()) {
        const sealed = read.subarray(offset - start, offset - start + length);
        yield { sealed, plain: await openSegment(opener, first + i, sealed, last, target) };
      }
    }
  };
}

async function openSegment(
  opener: FileOpener,
  position: number,
  sealed: Uint8Array,
  last: boolean,
  target: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await opener.open(position, sealed, last, target);
  } catch (error) {
    throw error instanceof GroupError ? damaged() : error;
  }
}

/** The index says itself where it ends. Its segments are opened a second time with the rest, which costs less than to keep them. */
async function readIndex(segments: Segments, size: number): Promise<readonly FolderEntry[]> {
  let memory = new Uint8Array(SEALED_FILE.plain);
  let filled = 0;
  let look = 1;
  for await (const { plain } of segments()) {
    if (filled + plain.length > memory.length) {
      const larger = new Uint8Array(2 * memory.length + plain.length);
      larger.set(memory);
      memory = larger;
    }
    memory.set(plain, filled);
    filled += plain.length;
    // Looked at each time there is twice as much, and at its end: what is looked at again and again costs its square.
    if (filled < look && filled < size && filled <= FOLDER_LIMITS.indexBytes) continue;
    look = 2 * filled;
    const length = folderIndexLength(memory.subarray(0, filled));
    if (length !== undefined) return decodeFolderIndex(memory.subarray(0, length), size);
    if (filled > FOLDER_LIMITS.indexBytes) break;
  }
  throw new CodedError('folder_damaged');
}

const damaged = () => new CodedError('blob_damaged');
