import { CodedError } from '../../../protocol/index.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ESTALE']);

/** What the disk says when something is read from it, as a person is told. */
export function sourceFault(error: unknown, path: string): CodedError {
  if (error instanceof CodedError) return error;
  const because = (error as NodeJS.ErrnoException).code ?? '';
  return new CodedError(GONE.has(because) ? 'source_gone' : 'source_unreadable', { path, because });
}

/** The same when something is written. */
export function targetFault(error: unknown, path: string): CodedError {
  if (error instanceof CodedError) return error;
  const because = (error as NodeJS.ErrnoException).code ?? '';
  return new CodedError(FULL.has(because) ? 'target_full' : 'target_not_writable', { path, because });
}
