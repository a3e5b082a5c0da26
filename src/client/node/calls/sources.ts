import { type CallDemand, type CallSource, CodedError } from '../../../protocol/index.ts';
import type { CallMachine, Capture } from './media-ports.ts';
import type { Outlet } from './outlet.ts';

/** The own sources: which are on, and which of them anybody takes. */
export interface Sources {
  /** Rejects as `CallMachine.capture`. Turning off never fails. */
  turn(source: CallSource, on: boolean): Promise<void>;
  demand(demand: readonly CallDemand[]): void;
  requestKey(source: CallSource | undefined): void;
  /** As `Capture.lessen`, for those that are on and those that come. */
  lessen(share: number): void;
  close(): void;
}

export function createSources(
  machine: CallMachine,
  outlets: readonly Outlet[],
  onStopped: (source: CallSource, error: CodedError) => void,
): Sources {
  const captures = new Map<CallSource, Capture>();
  let share = 1;
  const unwanted = new Set<CallSource>();
  /** What was asked for last: opening a device takes time, in which it may be wanted no more. */
  const wished = new Map<CallSource, symbol>();

  function stop(source: CallSource): void {
    wished.delete(source);
    void captures.get(source)?.close();
    captures.delete(source);
  }

  return {
    async turn(source, on) {
      if (!on) return stop(source);
      if (wished.has(source)) return;
      const outlet = outlets.find((outlet) => outlet.source === source);
      if (outlet === undefined) throw new CodedError('no_screen');
      const wish = Symbol(source);
      wished.set(source, wish);
      const isWished = () => wished.get(source) === wish;
      outlet.begin();
      try {
        const capture = await machine.capture(source, {
          onFrame: (frame, isKey) => {
            if (isWished()) outlet.take(frame, isKey);
          },
          onStopped: (error) => {
            if (!isWished()) return;
            stop(source);
            onStopped(source, error);
          },
        });
        if (!isWished()) return void (await capture.close());
        captures.set(source, capture);
        capture.want(!unwanted.has(source));
        capture.lessen(share);
      } catch (error) {
        if (isWished()) wished.delete(source);
        throw error;
      }
    },
    demand(demand) {
      for (const { source, height } of demand) {
        if (height > 0 || source === 'microphone' || source === 'screen-audio') unwanted.delete(source);
        else unwanted.add(source);
        captures.get(source)?.want(!unwanted.has(source));
      }
    },
    requestKey(source) {
      if (source !== undefined) captures.get(source)?.requestKey();
    },
    lessen(next) {
      share = next;
      for (const capture of captures.values()) capture.lessen(share);
    },
    close() {
      for (const source of [...wished.keys()]) stop(source);
    },
  };
}
