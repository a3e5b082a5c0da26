import { createFileOpener, type FileOpener, GroupError, SEALED_FILE, type SegmentAead } from '../../crypto/index.ts';
import { CodedError, equalBytes } from '../../protocol/index.ts';
import { chainSegment, startChain } from './chain.ts';
import { NOTHING_OPENED } from './download-steps.ts';
import type { LiveDownload } from './live.ts';
import type { FilePlaces, FileSink, FileTransport } from './ports.ts';
import { placeOfSegment, segmentCount } from './sealed-size.ts';
import { createSegmentCutter } from './segment-cutter.ts';
import { createSinkWriter } from './sink-writer.ts';

/** What fetches one download. */
export interface Downloader {
  /** Goes on from wherever it stands. Resolves with its name once it has that, with `absent` where its target has to be given again. */
  run(download: LiveDownload, signal: AbortSignal): Promise<{ readonly path: string | null } | 'absent'>;
  /** Takes its target, which was given again: the one there was, or another one that has nothing yet. */
  adopt(download: LiveDownload, sink: FileSink): Promise<void>;
}

export interface DownloaderPorts {
  readonly transport: FileTransport;
  readonly places: FilePlaces;
  readonly aead?: SegmentAead;
  /** It moved. */
  onProgress(download: LiveDownload): void;
}

/** What was written is brought to disk, and said to be, each 16 MiB. */
const SYNC_EVERY = 64;

export function createDownloader({ transport, places, aead, onProgress }: DownloaderPorts): Downloader {
  const options = aead ? { aead } : {};

  /** The sink at the point where it is to go on; null where it is not to be had. */
  async function openSink(download: LiveDownload): Promise<FileSink | null> {
    const { place, synced } = download.journal.record;
    if (!download.sink && place !== null) download.sink = (await places.openSink(place)) ?? null;
    if (!download.sink) return null;
    if (!download.written) {
      await download.sink.begin(synced.segment * SEALED_FILE.plain);
      download.written = synced;
    }
    return download.sink;
  }

  async function fetchAll(download: LiveDownload, sink: FileSink, signal: AbortSignal): Promise<void> {
    const { journal } = download;
    const { room, blob, size, key, hash } = journal.record;
    const count = segmentCount(size);
    let at = download.written ?? NOTHING_OPENED;
    let opener: FileOpener | null = journal.record.header && createFileOpener(key, journal.record.header, options);
    const withHeader = !opener || at.chain === null;
    const cutter = createSegmentCutter(size, at.segment, withHeader);
    const writer = createSinkWriter(sink, size - at.segment * SEALED_FILE.plain, (written) => {
      download.written = written;
      download.backoff.reset();
      onProgress(download);
    });
    const from = withHeader ? 0 : placeOfSegment(size, at.segment).offset;
    download.began = at.segment * SEALED_FILE.plain;
    onProgress(download);

    try {
      for await (const piece of transport.fetch(room, blob, from, null, signal)) {
        for (const cut of cutter.push(piece)) {
          if (cut.kind === 'header') {
            opener = createFileOpener(key, cut.bytes, options);
            journal.note({ ...journal.record, header: cut.bytes });
            at = { segment: 0, chain: startChain(cut.bytes) };
            continue;
          }
          if (!opener || !at.chain) throw new CodedError('file_damaged');
          const opened = opener.open(cut.position, cut.bytes, cut.last, writer.next);
          const { length } = opened instanceof Promise ? await opened : opened;
          at = { segment: cut.position + 1, chain: chainSegment(at.chain, cut.bytes) };
          const full = writer.put(length, at);
          if (full) await full;
          if (sink.seekable && at.segment % SYNC_EVERY === 0 && at.segment < count) {
            await writer.flush();
            await sink.sync();
            await journal.update({ ...journal.record, synced: at });
          }
        }
        signal.throwIfAborted();
      }
      // An honest end that comes too early is no break of the connection: the blob is not what its author sealed.
      if (at.segment < count || cutter.missing > 0 || !at.chain || !equalBytes(at.chain, hash)) throw new CodedError('file_damaged');
      await writer.flush();
    } finally {
      await writer.settled();
    }
  }

  return {
    async adopt(download, sink) {
      const { journal } = download;
      let { synced, whole } = journal.record;
      try {
        await sink.begin(whole ? journal.record.size : synced.segment * SEALED_FILE.plain);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'target_gone') throw error;
        await sink.begin(0);
        synced = NOTHING_OPENED;
        whole = false;
      }
      download.sink = sink;
      download.written = synced;
      await journal.update({ ...journal.record, place: sink.place, seekable: sink.seekable, synced, whole });
    },
    async run(download, signal) {
      const { journal } = download;
      const { whole, size } = journal.record;
      if (whole) return finish(download);
      const sink = await openSink(download);
      // Nobody can give a pipe again.
      if (!sink && !journal.record.seekable) throw new CodedError('target_gone');
      if (!sink) return 'absent';
      try {
        await fetchAll(download, sink, signal);
      } catch (error) {
        if (error instanceof GroupError) throw new CodedError('file_damaged', { reason: error.reason });
        if (error instanceof CodedError && error.code === 'unknown_file') throw new CodedError('file_gone');
        throw error;
      }
      download.finishing = true;
      onProgress(download);
      await sink.sync();
      await journal.update({ ...journal.record, whole: true });
      return { path: await sink.finish() };

      async function finish({ journal: { record } }: LiveDownload): Promise<{ path: string | null } | 'absent'> {
        download.finishing = true;
        try {
          if (!download.sink) {
            download.sink = record.place === null ? null : ((await places.openSink(record.place)) ?? null);
            await download.sink?.begin(size);
          }
          if (!download.sink) return 'absent';
        } catch (error) {
          // The program ended after the file had got its name.
          if (error instanceof CodedError && error.code === 'target_gone') return { path: null };
          throw error;
        }
        return { path: await download.sink.finish() };
      }
    },
  };
}
