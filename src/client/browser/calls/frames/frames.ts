import type { FrameKeys } from '../../../calls/ports.ts';
import type { FrameAssignment, FromFrames, SendCount, SlotCount, ToFrames } from './messages.ts';

export interface FrameCounts {
  readonly sends: readonly SendCount[];
  readonly slots: readonly SlotCount[];
}

/** The page's end of the worker that seals and opens. */
export interface Frames {
  readonly worker: Worker;
  rekey(keys: FrameKeys): void;
  assign(slots: readonly FrameAssignment[]): void;
  /** Rejects where the worker does not answer in time: nobody can tell then what it does. */
  count(): Promise<FrameCounts>;
  close(): void;
}

interface FrameEvents {
  onShows(slot: number, turn: number): void;
  /** The worker is gone. */
  onBroken(): void;
}

/** ms. A worker that answers later than this is not sealing thirty pictures a second either. */
const PATIENCE = 3000;

export function openFrames(worker: Worker, events: FrameEvents): Frames {
  const waiting = new Map<number, (counts: FrameCounts) => void>();
  let questions = 0;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  const say = (message: ToFrames) => worker.postMessage(message);
  worker.addEventListener('message', ({ data }: MessageEvent<FromFrames>) => {
    if (data.t === 'shows') events.onShows(data.slot, data.turn);
    else if (data.t === 'counts') waiting.get(data.q)?.(data);
  });
  worker.addEventListener('error', () => events.onBroken());
  return {
    worker,
    rekey: ({ epoch, baseKey, leaf }) => say({ t: 'rekey', epoch, baseKey, leaf }),
    assign: (slots) => say({ t: 'assign', slots }),
    count: () =>
      new Promise((resolve, reject) => {
        const q = questions++;
        const timer = setTimeout(() => {
          waiting.delete(q);
          reject(new Error('the worker does not answer'));
        }, PATIENCE);
        waiting.set(q, (counts) => {
          clearTimeout(timer);
          waiting.delete(q);
          resolve(counts);
        });
        say({ t: 'count', q });
      }),
    close: () => worker.terminate(),
  };
}
