import { CodedError } from '../../protocol/index.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * What the system says in its words, in ours.
 * @throws CodedError `relay_storage_full`, `storage_failed`
 */
export async function guardDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (FULL.has(code ?? '') || /MDB_MAP_FULL|No space left/.test(message)) throw new CodedError('relay_storage_full', { free: 0 });
    throw new CodedError('storage_failed', { because: String(code ?? message).slice(0, 120) });
  }
}
