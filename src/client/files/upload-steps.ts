import { SEALED_FILE } from '../../crypto/index.ts';
import type { BodyOf } from '../content/index.ts';
import { startChain } from './chain.ts';
import type { StoredEnd } from './ending.ts';
import { sealedSize, segmentCount } from './sealed-size.ts';

/*
 * An upload, as it is stored: pure values, and the steps from one to the next. What is sent and read is in upload.ts.
 */

/** How far a sealed file goes, and what was sealed up to there. */
export interface SealedPoint {
  /** Bytes of the blob. */
  readonly offset: number;
  /** Bytes of plaintext. */
  readonly plain: number;
  /** See chain.ts. */
  readonly chain: Uint8Array;
  /** It is the end. */
  readonly last: boolean;
}

export interface UploadRecord {
  readonly direction: 'up';
  readonly id: string;
  readonly room: string;
  /** Transfers run in this order. */
  readonly order: number;
  readonly name: string;
  readonly type: string;
  /** Bytes of plaintext; null while nobody knows. */
  readonly size: number | null;
  readonly folder: { readonly files: number; readonly index: number } | null;
  readonly preview: BodyOf<'file'>['preview'];
  readonly place: string | null;
  readonly stamp: string;
  readonly paused: boolean;
  /** Null while it is under way. */
  readonly ended: StoredEnd | null;
  readonly key: Uint8Array;
  readonly header: Uint8Array;
  /** At the relay, in hex. */
  readonly blob: string | null;
  /** The relay has it up to here. */
  readonly safe: SealedPoint;
  /**
   * Where the part that follows ends: as it was sealed last, and before, where it was sealed again after a restart. Sealing is never the same twice,
   * and which of them the relay took in its last moment nobody knows before it is asked.
   */
  readonly sent: readonly SealedPoint[];
  /** Where the part after that one ends: sealed while it travels. */
  readonly ahead: SealedPoint | null;
  /** Id of the message that names it, once that is in the outbox. */
  readonly message: string | null;
}

export type UploadStep = 'create' | 'send' | 'announce' | 'await';

/** So many sealings of one part are remembered; each costs a restart in the middle of it. */
const SEALINGS = 16;

/** What is next: a blob, its bytes, its message, or the log. */
export function uploadStep({ blob, safe, message }: UploadRecord): UploadStep {
  if (message !== null) return 'await';
  if (blob === null) return 'create';
  return safe.last ? 'announce' : 'send';
}

/** From the first byte, under a key that nothing was sealed under. */
export function beginSealing(record: Omit<UploadRecord, keyof Beginning>, key: Uint8Array, header: Uint8Array): UploadRecord {
  const safe = { offset: 0, plain: 0, chain: startChain(header), last: false };
  return { ...record, key, header, blob: null, safe, sent: [], ahead: null, message: null };
}
type Beginning = Pick<UploadRecord, 'key' | 'header' | 'blob' | 'safe' | 'sent' | 'ahead' | 'message'>;

/**
 * How many segments the next part has, at most `most`: so many that it ends where no earlier sealing of it ends. Then where the relay stands says
 * which of them it took.
 */
export function nextSegments({ safe, sent, size }: UploadRecord, most: number): number {
  const { header, segment, plain } = SEALED_FILE;
  const begin = Math.max(safe.offset, header);
  const left = size === null ? Number.POSITIVE_INFINITY : segmentCount(size) - safe.plain / plain;
  const endOf = (count: number) => (size !== null && count >= left ? sealedSize(size) : begin + count * segment);
  for (let count = Math.min(most, left); count > 0; count--) if (sent.every(({ offset }) => offset !== endOf(count))) return count;
  return most;
}

/** A part up to `point` is about to be sent, or sealed ahead of its turn while another one travels. Stored before it leaves. */
export function aboutToSend(record: UploadRecord, point: SealedPoint, inTurn: boolean): UploadRecord {
  if (!inTurn) return { ...record, ahead: point };
  return { ...record, sent: [...record.sent, point].slice(-SEALINGS), ahead: null };
}

/** The relay said that it has all up to `point`. */
export function acknowledged(record: UploadRecord, point: SealedPoint): UploadRecord {
  return { ...record, safe: point, sent: record.ahead ? [record.ahead] : [], ahead: null };
}

/** The relay said that a part, which had never been sent before, begins where it does not stand: it did not take this one. */
export function notTaken(record: UploadRecord, point: SealedPoint): UploadRecord {
  // What was sealed ahead of its turn followed it, and goes with it.
  return { ...record, sent: record.sent.filter((other) => other !== point), ahead: null };
}

/** Where the relay says that it stands. Undefined where this is no place that is known for certain: only a new blob helps. */
export function located(record: UploadRecord, offset: number): UploadRecord | undefined {
  const { safe, sent, ahead } = record;
  if (offset === safe.offset) return { ...record, ahead: null };
  const candidates = sent.filter((point) => point.offset === offset);
  const [taken] = candidates;
  if (taken && candidates.length === 1) {
    // What was sealed ahead follows the newest sealing alone.
    return { ...record, safe: taken, sent: ahead && taken === sent.at(-1) ? [ahead] : [], ahead: null };
  }
  if (ahead && ahead.offset === offset) return { ...record, safe: ahead, sent: [], ahead: null };
  return undefined;
}
