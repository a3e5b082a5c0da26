import { createFrameOpener, type FrameOpener } from '../../../../crypto/sframe.ts';
import type { FrameKeys } from '../../../calls/ports.ts';

/** The keys of a call: those that frames are sealed under now, and those that they may still, or already, come under. */
export interface FrameKeyRing {
  readonly opener: FrameOpener;
  /** Undefined before the first epoch. */
  current(): FrameKeys | undefined;
  rekey(keys: FrameKeys): void;
  /** Resolves when there are other keys than `since` (what `current` was), or `ms` are over. */
  changed(since: FrameKeys | undefined, ms: number): Promise<void>;
}

/** ms for which frames of the epoch before are still opened: what is under way, and senders who hear of the new one later. */
const KEPT = 10_000;

export function createFrameKeyRing(): FrameKeyRing {
  const opener = createFrameOpener();
  const waiting = new Set<() => void>();
  let current: FrameKeys | undefined;
  return {
    opener,
    current: () => current,
    rekey(keys) {
      // Never back, and never twice: a sealer made anew for an epoch would count from nought under the same key.
      if (current && keys.epoch <= current.epoch) return;
      const before = current?.epoch;
      if (before !== undefined) setTimeout(() => opener.dropEpoch(before), KEPT);
      current = keys;
      opener.addEpoch(keys.epoch, keys.baseKey);
      for (const wake of waiting) wake();
    },
    changed: (since, ms) =>
      new Promise((resolve) => {
        if (current !== since) return resolve();
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
      }),
  };
}
