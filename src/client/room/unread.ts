import type { TimelineItem } from '../api.ts';
import type { Store } from '../ports.ts';
import { decodeRecord, keys } from './records.ts';

/** Beyond it nobody counts: it is "many". */
const MOST = 1_000;

/** Texts and files of others after `seq`, as far as anybody wants to know. */
export async function countUnread(store: Store, room: string, seq: number): Promise<number> {
  const newest = await store.list(keys.items(room), { after: keys.itemsBefore(room, seq + 1), limit: MOST });
  return newest.map(([, value]) => decodeRecord<TimelineItem>(value)).filter((item) => counts(item) && !item.own).length;
}

/** What a person would not want to miss. */
function counts({ kind }: TimelineItem): boolean {
  return kind === 'text' || kind === 'file';
}
