import { decodeGroup, restoreIdentity } from '../crypto/index.ts';
import { equalBytes } from '../protocol/index.ts';
import type { TimelineItem } from './api.ts';
import type { Store } from './ports.ts';
import { decodeItem } from './room/history.ts';
import { decodeRoomRecord, keys, type RoomRecord } from './room/records.ts';

/** What a device keeps of its rooms, read without a relay and without changing anything. */
export interface Archive {
  /** The room used last comes first. */
  readonly rooms: readonly ArchivedRoom[];
  items(room: string): AsyncIterable<TimelineItem>;
}

export interface ArchivedRoom {
  readonly room: string;
  /** Its title, or who it is shared with; empty where nobody knows. */
  readonly name: string;
}

/** Items that are opened at a time. */
const PAGE = 500;

/**
 * @param store opened, see vaulted-store.ts
 * @param address of one relay, as it was typed when this device came in; absent: rooms of all relays
 */
export async function openArchive(store: Store, address?: string): Promise<Archive> {
  const relay = address === undefined ? undefined : ((await store.get(keys.pin(address))) ?? new Uint8Array());
  const records = (await store.list(keys.rooms))
    .map(([key, value]) => ({ room: key.slice(keys.rooms.length), record: decodeRoomRecord(value) }))
    .filter(({ record }) => !relay || equalBytes(record.relay, relay))
    .toSorted((a, b) => b.record.lastUsed - a.record.lastUsed);
  const rooms = await Promise.all(records.map(async ({ room, record }) => ({ room, name: await nameOf(store, room, record) })));
  return { rooms, items: (room) => readItems(store, room) };
}

async function* readItems(store: Store, room: string): AsyncGenerator<TimelineItem> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(keys.items(room), { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const [, value] of page) yield decodeItem(value);
    if (page.length < PAGE) return;
    after = page.at(-1)?.[0];
  }
}

async function nameOf(store: Store, room: string, { peer, profiles }: RoomRecord): Promise<string> {
  if (peer) return profiles[peer.device]?.name ?? peer.name;
  const [group, secret] = [await store.get(keys.group(room)), await store.get(keys.identity)];
  if (!group || !secret) return '';
  const { context } = await decodeGroup(group, await restoreIdentity(secret));
  return context.title;
}
