import { encodeGroup } from '../../crypto/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { advanceChanges } from './changes.ts';
import { pump } from './outbox.ts';
import { createSerialQueue } from './queue.ts';
import { createTransaction, type RoomPorts, type RoomState, type Transaction } from './state.ts';

/** A room's one writer: its steps run one after the other, each in a transaction. */
export interface Writer {
  /**
   * Steps that wait while one transaction is written run together in the next: one write, however many lines a pipe
   * brings. A step throws its CodedErrors before it changes anything; they reject that step alone.
   */
  act<T>(step: (tx: Transaction) => T | Promise<T>): Promise<T>;
  /** For steps nobody waits for. */
  perform(step: (tx: Transaction) => void | Promise<void>): void;
  idle(): Promise<void>;
}

interface WaitingStep {
  run(tx: Transaction): Promise<{ settle(): void }>;
  fail(error: unknown): void;
}

/** `onFault`: a step failed in a way nobody foresaw. */
export function createWriter(state: RoomState, ports: RoomPorts, onFault: (error: unknown) => void): Writer {
  const queue = createSerialQueue();
  const waitingSteps: WaitingStep[] = [];

  function act<T>(step: (tx: Transaction) => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waitingSteps.push({
        async run(tx) {
          try {
            const result = await step(tx);
            return { settle: () => resolve(result) };
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
            return { settle: () => reject(error) };
          }
        },
        fail: reject,
      });
      if (waitingSteps.length === 1) void queue.run(runWaitingSteps);
    });
  }

  async function runWaitingSteps(): Promise<void> {
    const steps = waitingSteps.splice(0);
    const tx = createTransaction(state, ports, encodeGroup);
    try {
      const done = [];
      for (const step of steps) done.push(await step.run(tx));
      await advanceChanges(state, ports, tx);
      await pump(state, ports, tx);
      await tx.commit();
      for (const { settle } of done) settle();
    } catch (error) {
      for (const step of steps) step.fail(new CodedError('internal'));
      onFault(error);
    }
  }

  return {
    act,
    perform(step) {
      act(step).catch(() => {});
    },
    idle: () => queue.idle(),
  };
}
