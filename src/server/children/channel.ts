import { CodedError } from '../../protocol/index.ts';
import type { FromChild, ToEachChild } from './child.ts';

/** A process's end of the channel to the relay. It lives as long as the channel does, so that a relay that was killed leaves no port behind. */
export interface Channel<From> {
  tell(message: From | FromChild): void;
  /** Says why it does not start. @param failure code of what has none of its own */
  fail(error: unknown, failure: string): void;
}

export function openChannel<To extends { readonly kind: string }, From extends object>(hear: (message: To) => void): Channel<From> {
  process.on('disconnect', () => process.exit(0));
  // Ctrl+C and the end of a session reach all processes of a terminal: the relay says when it is over.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const tell = (message: From | FromChild): void => {
    // The channel may be gone by now: then there is nobody to tell.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  process.on('message', (message: To | ToEachChild) => {
    if (isCommon(message)) tell({ kind: 'pong' });
    else hear(message);
  });
  return {
    tell,
    fail(error, failure) {
      const coded =
        error instanceof CodedError ? error : new CodedError(failure, { because: String((error as Error).message).slice(0, 120) });
      tell({ kind: 'failed', code: coded.code, detail: coded.detail });
    },
  };
}

const isCommon = (message: ToEachChild | { readonly kind: string }): message is ToEachChild => message.kind === 'ping';
