import { type Blob, isWhole } from './blob-store.ts';
import type { FileLimits } from './file-limits.ts';

export interface Retention {
  /** How long whole blobs are kept, ms; null: for ever. */
  readonly keep: number | null;
}

/** When a blob will be removed: ms of the relay's clock, null for never. */
export function expiryOf(blob: Blob, { keep }: Retention, limits: FileLimits): number | null {
  if (!isWhole(blob)) return blob.touched + (blob.offset === 0 ? limits.emptyTime : limits.unfinishedTime);
  const aged = keep === null ? Infinity : blob.touched + keep;
  const orphaned = blob.kept ? Infinity : blob.touched + limits.orphanTime;
  const expiry = Math.min(aged, orphaned);
  return Number.isFinite(expiry) ? expiry : null;
}
