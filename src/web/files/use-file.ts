import { useSyncExternalStore } from 'react';
import { useSurroundings } from '../context.tsx';
import type { Fate } from '../state/file-desk.ts';
import { isResting, type ShownTransfer } from '../state/shown-transfers.ts';

/** What is under way with one file, and what was heard of it. Others' changes do not draw it anew. */
export function useFile(file: string): { readonly transfer: ShownTransfer | undefined; readonly fate: Fate | undefined } {
  const { desk } = useSurroundings();
  const fate = useSyncExternalStore(desk.fates.subscribe, () => desk.fates.get().get(file));
  const transfer = useSyncExternalStore(desk.transfers.subscribe, () => {
    const own = desk.transfers.get().filter((shown) => shown.file === file && shown.direction === 'down' && shown.state !== 'done');
    return own.find((shown) => !isResting(shown)) ?? own.at(-1);
  });
  return { transfer, fate };
}
