import type { Transfer } from '../../client/index.ts';

/** How fast transfers move, as of the last seconds. */
export interface TransferPace {
  /** Notes how far it is. */
  note(transfer: Transfer): void;
  /** Bytes a second; undefined while it cannot be said. */
  rate(transfer: Transfer): number | undefined;
  /** ms until it is done. */
  left(transfer: Transfer): number | undefined;
}

/** What is older says nothing about now, ms. */
const WINDOW = 8_000;
/** Sooner than this a number would only jump, ms. */
const SOONEST = 700;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** @param now ms, of a clock that only goes forwards */
export function createTransferPace(now: () => number = () => performance.now()): TransferPace {
  const samplesById = new Map<string, Sample[]>();

  function rate({ id, done, state }: Transfer): number | undefined {
    const samples = samplesById.get(id);
    const [first] = samples ?? [];
    if (!first || state !== 'running') return undefined;
    const elapsed = now() - first.at;
    return elapsed < SOONEST ? undefined : (1000 * Math.max(0, done - first.done)) / elapsed;
  }

  return {
    note({ id, state, done, began }) {
      // A run begins where the one before ended: what was there already was not carried by it.
      if (state !== 'running') return void samplesById.delete(id);
      const at = now();
      const samples = samplesById.get(id) ?? [{ at, done: began }];
      samples.push({ at, done });
      while (samples.length > 2 && (samples[1] as Sample).at < at - WINDOW) samples.shift();
      samplesById.set(id, samples);
    },
    rate,
    left(transfer) {
      const speed = rate(transfer);
      if (!speed || transfer.total === null) return undefined;
      return (1000 * Math.max(0, transfer.total - transfer.done)) / speed;
    },
  };
}
