import type { StoredEnd } from './ending.ts';

/*
 * A download, as it is stored. What is fetched and written is in download.ts.
 */

/** Segments that are opened, written and, where it is stored, on disk. */
export interface OpenedPoint {
  readonly segment: number;
  /** See chain.ts. */
  readonly chain: Uint8Array | null;
}

export interface DownloadRecord {
  readonly direction: 'down';
  readonly id: string;
  readonly room: string;
  /** Transfers run in this order. */
  readonly order: number;
  readonly name: string;
  readonly folder: boolean;
  readonly blob: string;
  readonly size: number;
  readonly key: Uint8Array;
  readonly hash: Uint8Array;
  readonly place: string | null;
  readonly seekable: boolean;
  readonly paused: boolean;
  /** Null while it is under way. */
  readonly ended: StoredEnd | null;
  /** The blob's first bytes; null until they came. */
  readonly header: Uint8Array | null;
  readonly synced: OpenedPoint;
  /** All of it is there and verified: from here on it may have its final name already. */
  readonly whole: boolean;
}

export const NOTHING_OPENED: OpenedPoint = { segment: 0, chain: null };
