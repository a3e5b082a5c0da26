import type { FileLimits } from './file-limits.ts';

/** What a host may decide about files. Bytes and milliseconds; what is left out is a share of the disk, or ninety days. */
export interface FilesConfig {
  /** How long files are kept; null: for ever. */
  readonly keep?: number | null | undefined;
  /** What the files of one room, and those that one device sent, may take. */
  readonly maxRoom?: number | undefined;
  readonly maxDevice?: number | undefined;
  /** What has to stay free on the disk. */
  readonly reserve?: number | undefined;
  /** For tests. */
  readonly limits?: Partial<FileLimits>;
}

/** Long enough for who comes back from a holiday. */
export const KEEP_FILES = 90 * 86_400_000;
