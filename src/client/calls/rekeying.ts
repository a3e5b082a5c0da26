import { deriveFrameBase, type Group, GroupError, leafIndex } from '../../crypto/index.ts';
import type { CallTransport } from './ports.ts';

/** Gives a transport the keys of each epoch, in their order. */
export interface Rekeying {
  /** Resolves when the transport has them. Each epoch is given once. */
  to(group: Group): Promise<void>;
  stop(): void;
}

export function createRekeying(transport: Pick<CallTransport, 'rekey'>): Rekeying {
  let newest = -1;
  let stopped = false;
  let work: Promise<void> = Promise.resolve();

  async function give(group: Group): Promise<void> {
    const leaf = leafIndex(group, group.device);
    if (leaf === undefined) return;
    try {
      const baseKey = await deriveFrameBase(group);
      if (!stopped) transport.rekey({ epoch: BigInt(group.epoch), baseKey, leaf });
    } catch (error) {
      // Removed: there are no keys for it any more.
      if (!(error instanceof GroupError)) throw error;
    }
  }

  return {
    to(group) {
      if (group.epoch > newest) {
        newest = group.epoch;
        work = work.then(() => give(group));
      }
      return work;
    },
    stop: () => void (stopped = true),
  };
}
