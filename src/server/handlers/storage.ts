import type { RelayFrame } from '../../protocol/index.ts';
import type { RelayContext } from '../relay-context.ts';
import type { Session } from '../session.ts';

/** Answers with what comes of the disk; where it fails, the host is told why, and the device that it may ask again. */
export async function answerFromDisk(session: Session, q: number, { emit }: RelayContext, read: () => Promise<RelayFrame>): Promise<void> {
  try {
    session.answer(await read());
  } catch (error) {
    emit({ event: 'storage_failed', error });
    session.answer({ t: 'error', q, code: 'storage_failed' });
  }
}
