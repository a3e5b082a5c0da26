import { createFileSealer, SEALED_FILE, type SegmentAead } from '../../crypto/index.ts';
import { CodedError, equalBytes, LIMITS } from '../../protocol/index.ts';
import type { RandomBytes } from '../ports.ts';
import type { Debts } from './debts.ts';
import type { LiveUpload } from './live.ts';
import { orAborted } from './or-aborted.ts';
import { createPartPipeline, type PartPipeline } from './part-pipeline.ts';
import { createPartSealer } from './part-sealer.ts';
import type { FilePlaces, FileSource, FileTransport } from './ports.ts';
import { sealedSize } from './sealed-size.ts';
import { aboutToSend, acknowledged, beginSealing, located, nextSegments, notTaken, uploadStep, type UploadRecord } from './upload-steps.ts';

/** What sends one upload. */
export interface Uploader {
  /** Goes on from wherever it stands. Resolves with `sent` once its message is in the outbox, with `absent` where its source has to be given again. */
  run(upload: LiveUpload, signal: AbortSignal): Promise<'sent' | 'absent'>;
  /** Takes its source, which was given again. Rejects with `source_changed` where it is another one. */
  adopt(upload: LiveUpload, source: FileSource): Promise<void>;
}

export interface UploaderPorts {
  readonly transport: FileTransport;
  readonly places: FilePlaces;
  readonly random: RandomBytes;
  readonly aead?: SegmentAead;
  /** Bytes of a sealed part. */
  readonly part?: number;
  readonly debts: Debts;
  /** Puts the message that names it into the outbox, in one transaction with its record as `announced` makes it. */
  announce(upload: LiveUpload): Promise<void>;
  /** It is known where it goes on: told at once, before it moves. */
  onStart(upload: LiveUpload): void;
  /** It moved. */
  onProgress(upload: LiveUpload): void;
  /** Aborts when the client is closed. */
  readonly closing: AbortSignal;
}

/** A new file's key and header: nothing was ever sealed under them. */
export function freshSeal({ random, aead }: Pick<UploaderPorts, 'random' | 'aead'>): { key: Uint8Array; header: Uint8Array } {
  const key = random(32);
  return { key, header: createFileSealer(key, aead ? { aead } : {}).header };
}

export function createUploader(ports: UploaderPorts): Uploader {
  const { transport, places, aead, debts, onProgress, closing } = ports;
  const segments = Math.max(1, Math.floor(Math.min(ports.part ?? LIMITS.filePart, LIMITS.filePart) / SEALED_FILE.segment));

  async function create(upload: LiveUpload): Promise<void> {
    const { room, size } = upload.journal.record;
    const { blob } = await transport.create(room, size === null ? null : sealedSize(size), closing);
    // It was cancelled meanwhile.
    if (upload.journal.ended) return debts.owe({ room, blob, what: 'remove' });
    await upload.journal.update({ ...upload.journal.record, blob });
  }

  /** Asks the relay where it stands, which it alone knows. */
  async function locate(upload: LiveUpload, blob: string, signal: AbortSignal): Promise<UploadRecord | undefined> {
    const { journal } = upload;
    const { safe, sent, room } = journal.record;
    if (safe.offset === 0 && sent.length === 0) return journal.record;
    upload.asking = true;
    try {
      const { offset } = await transport.offset(room, blob, signal);
      return located(journal.record, offset);
    } catch (error) {
      // Expired, or the relay was restored without it.
      if (error instanceof CodedError && error.code === 'unknown_file') return undefined;
      throw error;
    } finally {
      upload.asking = false;
    }
  }

  async function send(upload: LiveUpload, blob: string, signal: AbortSignal): Promise<'there' | 'absent'> {
    const { journal } = upload;
    const record = await locate(upload, blob, signal);
    if (!record) return beginAnew(upload, blob);
    upload.error = null;
    journal.note(record);
    if (record.safe.last) return 'there';
    const pipeline = await pipelineAt(upload);
    if (!pipeline) return 'absent';
    upload.began = record.safe.plain;
    ports.onStart(upload);
    for (;;) {
      const part = await orAborted(pipeline.current(), signal);
      // A part that was tried before may have been taken, though nobody said so.
      const first = !tried.has(part);
      tried.add(part);
      try {
        const length = part.to.last && record.size === null ? part.to.offset : null;
        // Sealed while the relay writes, and not while this one is on its way out: sealing and sending are both work for this processor.
        const prepare = () => part.to.last || pipeline.prepare();
        await transport.append(record.room, blob, part.from.offset, part.pieces, length, signal, prepare);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        if (error.code === 'unknown_file') return beginAnew(upload, blob);
        if (error.code === 'wrong_offset' && first) journal.note(notTaken(journal.record, part.to));
        throw error;
      }
      journal.note(acknowledged(journal.record, part.to));
      pipeline.advance();
      upload.backoff.reset();
      onProgress(upload);
      if (part.to.last) return 'there';
    }
  }
  const tried = new WeakSet<object>();

  /** What is sealed already, where it goes on from there; else it is read and sealed from there. Null where the source is not to be had. */
  async function pipelineAt(upload: LiveUpload): Promise<PartPipeline | null> {
    const { journal } = upload;
    const { safe, size, place } = journal.record;
    if (upload.pipeline) {
      const { from, to } = await upload.pipeline.current();
      if (equalBytes(to.chain, safe.chain)) upload.pipeline.advance();
      if (equalBytes(to.chain, safe.chain) || equalBytes(from.chain, safe.chain)) return upload.pipeline;
      drop(upload);
    }
    // What a pipe brought is gone with the program that read it, or was further than the relay is.
    if (size === null && (safe.offset > 0 || !upload.source)) throw new CodedError('pipe_lost');
    if (!upload.source && place !== null) upload.source = await reopenSource(journal.record, place);
    if (!upload.source) return null;
    const { key, header } = journal.record;
    const reads = new AbortController();
    const first = nextSegments(journal.record, segments);
    const sealer = createFileSealer(key, { header, ...(aead ? { aead } : {}) });
    upload.pipeline = createPartPipeline(
      createPartSealer(upload.source, sealer, safe, { segments, first, signal: AbortSignal.any([reads.signal, closing]) }),
      (point, inTurn) => journal.update(aboutToSend(journal.record, point, inTurn)),
      () => reads.abort(),
    );
    return upload.pipeline;
  }

  async function reopenSource(record: UploadRecord, place: string) {
    const source = await places.openSource(place);
    if (!source || source.stamp === record.stamp) return source ?? null;
    await source.close();
    throw new CodedError('source_changed');
  }

  /** The relay has lost the blob, or stands where this device never was: another one, under another key. */
  async function beginAnew(upload: LiveUpload, blob: string): Promise<never> {
    const { journal } = upload;
    const { record } = journal;
    const unread = record.size !== null || (record.safe.offset === 0 && record.sent.length === 0 && !upload.pipeline);
    if (!unread) throw new CodedError('pipe_lost');
    drop(upload);
    await journal.update(beginSealing(record, ...sealOf(ports)), debts.changes({ room: record.room, blob, what: 'remove' }));
    debts.settle();
    // As after any fault: not at once, and less and less often.
    throw new CodedError('cut');
  }

  return {
    async adopt(upload, source) {
      const { journal } = upload;
      if (source.stamp !== journal.record.stamp) throw new CodedError('source_changed');
      upload.source = source;
      await journal.update({ ...journal.record, place: source.place });
    },
    async run(upload, signal) {
      for (;;) {
        signal.throwIfAborted();
        const { record } = upload.journal;
        const step = uploadStep(record);
        if (step === 'await') return 'sent';
        if (step === 'create') {
          upload.creating ??= create(upload).finally(() => (upload.creating = null));
          await orAborted(upload.creating, signal);
        } else if (step === 'announce') {
          upload.finishing = true;
          await ports.announce(upload);
        } else if ((await send(upload, record.blob as string, signal)) === 'absent') {
          return 'absent';
        }
      }
    },
  };
}

function sealOf(ports: UploaderPorts): [key: Uint8Array, header: Uint8Array] {
  const { key, header } = freshSeal(ports);
  return [key, header];
}

/** Lets go of what was read ahead: it can be read again. */
export function drop(upload: LiveUpload): void {
  upload.pipeline?.discard();
  upload.pipeline = null;
}
