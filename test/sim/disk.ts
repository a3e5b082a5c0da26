import type { Store } from '../../src/client/index.ts';
import type { SeededRandom } from './random.ts';

interface PendingWrite {
  readonly owner: string;
  readonly apply: () => Promise<void>;
  readonly resolve: () => void;
}

/** Disks that take their time: a write is on disk, and its promise resolves, when the simulation says so. */
export interface Disks {
  /** Writes of `owner` through this store wait their turn while `slow()`; in order, as those of one database are. */
  slowDown(store: Store, owner: string, slow: () => boolean): Store;
  /** Ends one write, chosen by chance among the owners. @returns false when none is under way */
  finishOne(): Promise<boolean>;
  readonly busy: boolean;
  /** The owner's program was killed: of what was under way the first few may have come to the disk all the same. */
  cut(owner: string): Promise<void>;
}

export function createDisks(random: SeededRandom): Disks {
  let pending: PendingWrite[] = [];

  return {
    slowDown: (store, owner, slow) => ({
      ...store,
      write(changes) {
        if (!slow()) return store.write(changes);
        return new Promise((resolve) => void pending.push({ owner, apply: () => store.write(changes), resolve }));
      },
    }),
    get busy() {
      return pending.length > 0;
    },
    async finishOne() {
      if (pending.length === 0) return false;
      const { owner } = random.pick(pending);
      const first = pending.find((write) => write.owner === owner) as PendingWrite;
      pending = pending.filter((write) => write !== first);
      await first.apply();
      first.resolve();
      return true;
    },
    async cut(owner) {
      const own = pending.filter((write) => write.owner === owner);
      pending = pending.filter((write) => write.owner !== owner);
      for (const { apply } of own.slice(0, random.below(own.length + 1))) await apply();
    },
  };
}
