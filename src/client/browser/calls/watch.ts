import type { CallSource } from '../../../protocol/index.ts';
import { kindOf } from './frames/messages.ts';

/**
 * Of each source since the start of the call, what left and what was sealed: of sound bytes, which browsers count exactly; of pictures frames,
 * since what a browser sends to find out how much the way carries is counted as theirs. `left` is read first: what had left then was sealed before.
 */
export interface Flow {
  readonly left: ReadonlyMap<CallSource, number>;
  readonly sealed: ReadonlyMap<CallSource, number>;
}

/** Compares what leaves with what was sealed, for as long as the call lasts. */
export interface SealWatch {
  /** To be called at even intervals. @returns a source of which something left that was not sealed */
  look(flow: Flow): CallSource | undefined;
}

/** What counters may be apart: bytes, frames. A frame that is encoded may wait for the worker, where the machine is busy for a long time. */
const APART = { audio: 1500, video: 15 } as const;
/** Looks for which a picture may wait for the worker. */
const WAITING = 6;
/** Looks in which nothing goes through the worker, and as much as this leaves. */
const NOTHING = 4;
const SOMETHING = { audio: 500, video: 8 } as const;

export function createSealWatch(): SealWatch {
  const watches = new Map<CallSource, (left: number, sealed: number) => boolean>();
  return {
    look: ({ left, sealed }) =>
      [...left.keys()].find((source) => {
        const watch = watches.get(source) ?? watchOne(kindOf(source));
        watches.set(source, watch);
        return watch(left.get(source) ?? 0, sealed.get(source) ?? 0);
      }),
  };
}

/** @returns told the sums of now, says whether more left than was sealed */
function watchOne(kind: 'audio' | 'video'): (left: number, sealed: number) => boolean {
  const past = [{ left: 0, sealed: 0 }];
  return (left, sealed) => {
    const [long, short] = [past.at(-WAITING), past.at(-NOTHING)];
    past.push({ left, sealed });
    if (past.length > WAITING) past.shift();
    const waiting = kind === 'video' ? left - (long?.left ?? 0) : 0;
    const isMore = left - sealed > Math.max(APART[kind], waiting);
    const isElsewhere = short !== undefined && sealed === short.sealed && left - short.left > SOMETHING[kind];
    return isMore || isElsewhere;
  };
}
