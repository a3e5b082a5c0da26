import { GroupError } from '../contract.ts';

/**
 * Runs a step over bytes of others. Whatever it throws — an MlsError, or a TypeError out of a parser that met what it did
 * not expect — is a coded error afterwards: hostile bytes never end more than themselves.
 */
export async function guard<T>(step: () => T | Promise<T>, recode: (message: string) => GroupError = recodeMessage): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof GroupError) throw error;
    throw recode(error instanceof Error ? error.message : 'unknown failure');
  }
}

/** ts-mls has one class for many failures; the sentences are of the release that package.json pins, and tests hold them. */
function recodeMessage(message: string): GroupError {
  if (message === 'Desired gen in the past') return new GroupError('replayed', 'opened before, or its key is gone');
  return new GroupError('unreadable', message);
}
