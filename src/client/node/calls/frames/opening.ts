import { createFrameOpener } from '../../../../crypto/index.ts';
import { sourceOfContext } from '../../../calls/frame-context.ts';
import type { FrameKeys, SlotAssignment } from '../../../calls/ports.ts';
import { kindOf } from './sealing.ts';

/** Opens what others sealed, of the epochs that are still good. */
export interface Opening {
  rekey(keys: FrameKeys): void;
  /**
   * Waits up to a second for an epoch that is to come. @returns undefined for what does not open, or is of somebody or something else
   * than what was assigned
   */
  open(sealed: Uint8Array, assignment: SlotAssignment): Promise<Uint8Array | undefined>;
  close(): void;
}

/** ms: how long the epochs before are opened, and how long one that comes is waited for. */
const OLD_EPOCHS = 10_000;
const COMING_EPOCH = 1_000;

export function createOpening(): Opening {
  const opener = createFrameOpener();
  const timers = new Set<NodeJS.Timeout>();
  const waiting = new Set<() => void>();
  let newest: bigint | undefined;

  function after(ms: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timer.unref();
    timers.add(timer);
    return timer;
  }

  function nextEpoch(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        timers.delete(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = after(COMING_EPOCH, done);
      waiting.add(done);
    });
  }

  return {
    rekey({ epoch, baseKey }) {
      if (newest === epoch) return;
      const old = newest;
      newest = epoch;
      opener.addEpoch(epoch, baseKey);
      if (old !== undefined) after(OLD_EPOCHS, () => opener.dropEpoch(old));
      for (const go of waiting) go();
    },
    async open(sealed, { leaf, source }) {
      const kind = kindOf(source);
      let opened = await opener.open(sealed, kind);
      if (opened.refused === 'unknown_key') {
        await nextEpoch();
        opened = await opener.open(sealed, kind);
      }
      if (opened.refused !== undefined) return undefined;
      return opened.leaf === leaf && sourceOfContext(opened.context) === source ? opened.frame : undefined;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const go of waiting) go();
    },
  };
}
