import { SEALED_FILE } from '../../crypto/index.ts';
import type { CodedError } from '../../protocol/index.ts';
import type { Transfer } from '../api.ts';
import type { Backoff } from './backoff.ts';
import type { DownloadRecord, OpenedPoint } from './download-steps.ts';
import type { Outcome } from './ending.ts';
import type { Journal } from './journal.ts';
import type { PartPipeline } from './part-pipeline.ts';
import type { FileSink, FileSource } from './ports.ts';
import type { UploadRecord } from './upload-steps.ts';

/** A transfer in this run of the program. */
interface Live {
  /**
   * `ready`: it may run when it is its turn; `running` also while it waits for the relay, in its place; `aside`: its room is not open to this device
   * yet; `absent`: what it needs cannot be opened here; `parked`: sent, and its message is on its way.
   */
  phase: 'ready' | 'running' | 'aside' | 'absent' | 'parked';
  /** What is under way; it ends when it is aborted. */
  run: { readonly abort: AbortController; readonly over: Promise<void> } | null;
  readonly backoff: Backoff;
  /** Of plaintext, where this run of it began. */
  began: number;
  /** Bytes that are there, and all that is left is their message or name. */
  finishing: boolean;
  error: CodedError | null;
  /** How it ended. */
  outcome: Outcome | null;
}

export interface LiveUpload extends Live {
  readonly direction: 'up';
  readonly journal: Journal<UploadRecord>;
  source: FileSource | null;
  /** What is sealed and not acknowledged. Of a pipe it is all that there is. */
  pipeline: PartPipeline | null;
  /** The relay is asked how far it is: until it answers nobody knows where this goes on. */
  asking: boolean;
  /** A blob is being made: the relay's answer is waited for in any case, so that none is left there. */
  creating: Promise<void> | null;
}

export interface LiveDownload extends Live {
  readonly direction: 'down';
  readonly journal: Journal<DownloadRecord>;
  sink: FileSink | null;
  /** Written to the sink; null while it has not begun. */
  written: OpenedPoint | null;
}

export type LiveTransfer = LiveUpload | LiveDownload;

/** As people are told. */
export function describe(live: LiveTransfer): Transfer {
  const { record } = live.journal;
  const { id, room, direction, name } = record;
  const waits = live.phase === 'running' && live.backoff.waits;
  return {
    id,
    room,
    direction,
    name,
    folder: record.direction === 'up' ? record.folder !== null : record.folder,
    file: record.blob,
    state: stateOf(live, waits),
    done: doneOf(live),
    total: record.size,
    began: live.began,
    error: live.error,
    place: record.place,
    path: live.outcome?.path ?? null,
  };
}

function stateOf(live: LiveTransfer, waits: boolean): Transfer['state'] {
  if (live.outcome) return live.outcome.state;
  if (live.phase === 'parked' || live.finishing) return 'finishing';
  if (live.journal.record.paused) return 'paused';
  if (live.phase === 'absent') return 'absent';
  if (live.phase === 'running' && isAsking(live)) return 'waiting';
  if (live.phase === 'running' && !waits) return 'running';
  const here = live.direction === 'up' ? live.source : live.sink;
  return here || live.journal.record.place !== null ? 'waiting' : 'absent';
}

export const isAsking = (live: LiveTransfer): boolean => live.direction === 'up' && live.asking;

/** Bytes of plaintext that are on the other side. */
export function doneOf(live: LiveTransfer): number {
  if (live.direction === 'up') return live.journal.record.safe.plain;
  const { synced, size, whole } = live.journal.record;
  return whole ? size : Math.min(size, (live.written ?? synced).segment * SEALED_FILE.plain);
}
