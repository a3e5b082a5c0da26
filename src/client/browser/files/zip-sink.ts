import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';
import type { FileSink } from '../../files/ports.ts';
import { BEGINNING, createFolderSplitter, type SplitterState } from './folder-splitter.ts';
import { centralHeader, crc32, descriptor, endOfZip, localHeader } from './zip-format.ts';

/** Bytes of the directory that are written at once. */
const GATHERED = 256 * 1024;

interface ZipState {
  readonly split: SplitterState;
  /** Bytes of the ZIP file so far, and the checksum of the entry that is open. */
  readonly out: number;
  readonly crc: number;
}

/**
 * A folder as a ZIP file, for browsers that cannot write folders. Nothing in it is compressed, and nothing of it is held: what comes
 * in goes out to `inner`. It can be gone on with from where it was synced last, as long as the page is there.
 */
export function createZipSink(inner: FileSink, name: string, entries: readonly FolderEntry[]): FileSink {
  const encoder = new TextEncoder();
  const nameOf = ({ path }: FolderEntry) => encoder.encode(`${name}/${path}`);
  const indexOf = new Map(entries.map((entry, i) => [entry, i]));
  const crcs = new Uint32Array(entries.length);
  const offsets = new Float64Array(entries.length);
  let out = 0;
  let crc = 0;
  let synced: ZipState = { split: BEGINNING, out: 0, crc: 0 };

  /** A write broke off: what of it is there nobody knows, and to write it again would put some of it there twice. */
  let torn = false;

  const put = async (bytes: Uint8Array) => {
    if (torn) throw new CodedError('target_gone');
    torn = true;
    await inner.write(bytes);
    torn = false;
    out += bytes.length;
  };

  const splitter = createFolderSplitter(entries, {
    async open(entry) {
      offsets[indexOf.get(entry) as number] = out;
      crc = 0;
      await put(localHeader({ name: nameOf(entry), ...entry }));
    },
    async write(piece) {
      crc = crc32(piece, crc);
      await put(piece);
    },
    async close(entry) {
      crcs[indexOf.get(entry) as number] = crc;
      await put(descriptor({ size: entry.size, crc }));
    },
  });

  async function putDirectory(): Promise<void> {
    const at = out;
    let gathered: Uint8Array[] = [];
    let size = 0;
    const flush = async () => {
      await put(new Uint8Array(await new Blob(gathered as BlobPart[]).arrayBuffer()));
      [gathered, size] = [[], 0];
    };
    for (const [i, entry] of entries.entries()) {
      const header = centralHeader({ name: nameOf(entry), ...entry, offset: offsets[i] as number, crc: crcs[i] as number });
      gathered.push(header);
      size += header.length;
      if (size >= GATHERED) await flush();
    }
    await flush();
    await put(endOfZip(entries.length, at, out - at));
  }

  return {
    place: null,
    seekable: inner.seekable,
    async begin(offset) {
      if (offset === 0) synced = { split: BEGINNING, out: 0, crc: 0 };
      if (offset !== synced.split.at) throw new CodedError('target_gone');
      await inner.begin(synced.out);
      splitter.restore(synced.split);
      ({ out, crc } = synced);
      torn = false;
    },
    write: (bytes) => splitter.write(bytes),
    async sync() {
      await inner.sync();
      synced = { split: splitter.state, out, crc };
    },
    async finish() {
      await splitter.end();
      await putDirectory();
      return inner.finish();
    },
    ...(inner.interrupt ? { interrupt: () => inner.interrupt?.() } : {}),
    abandon: () => inner.abandon(),
    close: () => inner.close(),
  };
}
