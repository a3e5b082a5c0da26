import { CodedError } from '../../../../protocol/index.ts';
import { nameCaptureFault } from './capture-faults.ts';
import { type KeptChild, keepChild, startChild } from './child.ts';

/** Until a device gives its first bytes: some cameras take seconds. */
const FIRST_TIME = 10_000;

/**
 * Starts a child that captures, and resolves when something comes of it. One that dies later is started again once.
 * Rejects with CodedError `no_…`, `…_busy`, `…_denied`. @param begin called for each start: what takes the bytes of it
 */
export function startCapturing(
  source: 'camera' | 'microphone' | 'screen',
  { program, args }: { readonly program: string; readonly args: readonly string[] },
  begin: () => (bytes: Buffer) => void,
  onStopped: (error: CodedError) => void,
): Promise<{ close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    let state: 'starting' | 'running' | 'over' = 'starting';
    const timer = setTimeout(() => fail(''), FIRST_TIME);
    const fail = (said: string) => {
      clearTimeout(timer);
      const before = state;
      state = 'over';
      void kept.close();
      if (before === 'starting') reject(nameCaptureFault(source, said));
      else if (before === 'running') onStopped(new CodedError('source_gone_in_call', { source }));
    };
    const start = (onEnd: (said: string) => void) => {
      const take = begin();
      return startChild({
        program,
        args,
        mostUnsent: 0,
        onData(bytes) {
          if (state === 'starting') {
            state = 'running';
            clearTimeout(timer);
            resolve({
              close() {
                state = 'over';
                return kept.close();
              },
            });
          }
          take(bytes);
        },
        // Before anything came there is no use in trying again.
        onEnd: (said) => (state === 'starting' ? fail(said) : state === 'running' && onEnd(said)),
      });
    };
    const kept: KeptChild = keepChild(start, fail);
  });
}
