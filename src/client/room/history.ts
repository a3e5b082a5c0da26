import type { TimelineItem } from '../api.ts';
import type { Store } from '../ports.ts';
import { decodeRecord, keys } from './records.ts';

/** More than that do not stand behind one entry. */
const BEHIND = 64;

/** Whole entries, newest last: where the first of `limit` items stands behind others of its entry, these come with it, so that none is skipped between two pages. */
export async function readHistory(store: Store, room: string, before: number | undefined, limit: number): Promise<TimelineItem[]> {
  const list = (most: number, after: string | undefined) =>
    store.list(keys.items(room), { limit: most, reverse: true, ...(after === undefined ? {} : { after }) });
  const found = await list(limit, before === undefined ? undefined : keys.itemsBefore(room, before));
  const [key, value] = found.at(-1) ?? [];
  if (key === undefined || value === undefined || found.length < limit) return found.map(([, one]) => decodeItem(one)).toReversed();
  const { seq } = decodeItem(value);
  const rest = (await list(BEHIND, key)).filter(([other]) => other.startsWith(keys.itemsBefore(room, seq)));
  return [...found, ...rest].map(([, one]) => decodeItem(one)).toReversed();
}

/** Also one that was stored before there were other doors than links. */
export function decodeItem(value: Uint8Array): TimelineItem {
  const item = decodeRecord<TimelineItem>(value);
  return item.kind === 'joined' ? { ...item, by: item.by ?? '', byDevice: item.byDevice ?? '' } : item;
}
