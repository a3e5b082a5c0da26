import { decode, encode } from 'cborg';
import type { Comparison } from './api.ts';
import type { Store } from './ports.ts';
import { keys } from './room/records.ts';

/** Which devices were compared with their person, and how. It holds for the device, in whatever room it is met. */
export interface Comparisons {
  of(device: string): Comparison | null;
  set(device: string, how: Comparison | null, at: number): Promise<void>;
}

export async function loadComparisons(store: Store): Promise<Comparisons> {
  const stored = await store.list(keys.comparisons);
  const hows = new Map(stored.map(([key, value]) => [key.slice(keys.comparisons.length), (decode(value) as { how: Comparison }).how]));
  return {
    of: (device) => hows.get(device) ?? null,
    async set(device, how, at) {
      await store.write(new Map([[keys.comparison(device), how && encode({ how, at })]]));
      if (how) hows.set(device, how);
      else hows.delete(device);
    },
  };
}
